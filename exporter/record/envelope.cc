#include "exporter/record/envelope.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "exporter/base/ascii.h"
#include "exporter/base/swar.h"

namespace mta {
namespace {

// The text up to the next blank or the end.
std::string_view PeekWord(const Scanner& text) {
  const std::string_view rest = text.rest();
  const void* blank = rest.empty() ? nullptr : std::memchr(rest.data(), ' ', rest.size());
  if (blank == nullptr) return rest;
  return rest.substr(0, static_cast<size_t>(static_cast<const char*>(blank) - rest.data()));
}

// Whether `word`, which holds no blank, is what PeekWord() gives.
bool BeginsWithWord(const Scanner& text, std::string_view word) {
  const std::string_view rest = text.rest();
  return !word.empty() && rest.size() > word.size() && rest[word.size()] == ' ' &&
         SameWord(rest.substr(0, word.size()), word);
}

// Scanners are passed and returned by value here, to stay in registers.
Scanner AfterBlanks(Scanner text) {
  while (text.peek() == ' ') text.Skip(1);
  return text;
}

// Moves `text` behind `word` and gives the next one.
std::string_view NextWord(Scanner& text, std::string_view word) {
  text.Skip(word.size());
  text = AfterBlanks(text);
  return PeekWord(text);
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// `TAG:` and `TAG[PID]:`.  A word that ends in two colons is an address.
bool IsTag(std::string_view word) {
  return word.size() > 1 && word.back() == ':' && word[word.size() - 2] != ':' &&
         word.size() <= kMaxHeaderWord;
}

// How many digits `text` ends with.
size_t DigitsAtEnd(std::string_view text) {
  if (text.size() >= 8) {
    const auto count = static_cast<size_t>(TrailingDigits(LoadEight(text.data() + text.size() - 8)));
    if (count < 8) return count;
  }
  size_t count = 0;
  while (count < text.size() && IsDigit(text[text.size() - 1 - count])) ++count;
  return count;
}

void SetTag(std::string_view word, LogRecord& record) {
  word.remove_suffix(1);
  record.tag = word;
  if (word.back() != ']') return;
  word.remove_suffix(1);
  const size_t digits = DigitsAtEnd(word);
  const size_t name = word.size() - digits;  // with its bracket
  if (digits == 0 || name < 2 || word[name - 1] != '[') return;
  record.tag = word.substr(0, name - 1);
  record.pid = word.substr(name);
}

// Solaris: `[ID 801593 mail.info] `.  Not inlined, as other things that few lines have: every line would save
// registers for it.
[[gnu::noinline]] Scanner AfterMessageId(Scanner text) {
  Scanner ahead = text;
  std::string_view id;
  std::string_view level;
  if (!ahead.Take("[ID ") || !ahead.TakeUntil(' ', id) || !AllDigits(id)) return text;
  if (!ahead.TakeUntil(']', level) || level.size() > 32 || level.find(' ') != level.npos) return text;
  return level.find('.') != level.npos && ahead.Take(' ') ? ahead : text;
}

// What follows the tag's word.
void SetMessage(Scanner text, std::string_view tag_word, LogRecord& record) {
  text.Skip(tag_word.size() + 1);
  record.message = text.peek() == '[' ? AfterMessageId(text).rest() : text.rest();
}

bool IsLevel(std::string_view word) {
  constexpr std::array<std::string_view, 11> kLevels = {"emerg", "panic",   "alert",  "crit", "err",  "error",
                                                        "warn",  "warning", "notice", "info", "debug"};
  return std::find(kLevels.begin(), kLevels.end(), word) != kLevels.end();
}

// AIX: `mail:info `.
[[gnu::noinline]] bool IsFacilityAndLevel(std::string_view word) {
  const size_t colon = word.find(':');
  if (colon == word.npos || colon == 0 || !IsLevel(word.substr(colon + 1))) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<ptrdiff_t>(colon), IsAlnum);
}

// FreeBSD's syslogd -v: `<2.6> ` or `<mail.info> `.
bool IsLevelInBrackets(std::string_view word) {
  return word.size() >= 3 && word.size() <= 32 && word.front() == '<' && word.back() == '>';
}

// A field of RFC 5424's header.
std::string_view TakeField(Scanner& text) {
  const std::string_view word = PeekWord(text);
  text.Skip(word.size() + 1);
  return word == "-" || word.size() > kMaxHeaderWord ? std::string_view{} : word;
}

// `-`, or one or more `[id name="value" …]`; in a value `"`, `\` and `]` are escaped by a `\`.
bool SkipStructuredData(Scanner& text) {
  if (text.Take('-')) return true;
  if (text.peek() != '[') return false;
  while (text.Take('[')) {
    bool quoted = false;
    for (; quoted || text.peek() != ']'; text.Skip(1)) {
      if (text.done()) return false;
      if (text.peek() == '"') quoted = !quoted;
      if (quoted && text.peek() == '\\') text.Skip(1);
    }
    text.Skip(1);
  }
  return true;
}

}  // namespace

bool TakePriority(Scanner& text) {
  Scanner ahead = text;
  if (!ahead.Take('<')) return false;
  const std::string_view digits = ahead.TakeWhile(IsDigit);
  if (digits.empty() || digits.size() > 3 || !ahead.Take('>')) return false;
  text = ahead;
  return true;
}

bool SplitTagged(Scanner text, LogRecord& record) {
  const std::string_view word = PeekWord(text);
  if (!IsTag(word)) return false;
  SetTag(word, record);
  SetMessage(text, word, record);
  return true;
}

void SplitSyslog(Scanner text, std::string_view usual_host, LogRecord& record) {
  text = AfterBlanks(text);
  std::string_view word =
      BeginsWithWord(text, usual_host) ? text.rest().substr(0, usual_host.size()) : PeekWord(text);
  if (IsLevelInBrackets(word)) word = NextWord(text, word);
  bool tagged = IsTag(word);
  if (!tagged && word.size() <= kMaxHeaderWord) {
    record.host = word;
    word = NextWord(text, word);
    tagged = IsTag(word);
    if (!tagged && IsFacilityAndLevel(word)) {
      word = NextWord(text, word);
      tagged = IsTag(word);
    }
  }
  record.message = text.rest();
  if (tagged) {
    SetTag(word, record);
    SetMessage(text, word, record);
  }
}

void SplitRfc5424(Scanner text, LogRecord& record) {
  record.message = {};
  record.host = TakeField(text);
  record.tag = TakeField(text);
  const std::string_view procid = TakeField(text);
  if (AllDigits(procid)) record.pid = procid;
  TakeField(text);  // MSGID
  if (!SkipStructuredData(text) || !text.Take(' ')) return;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const bool marked = text.Take(kByteOrderMark);
  text.Take(' ');
  if (!marked) text.Take(kByteOrderMark);
  record.message = text.rest();
}

Fold Unfold(LogRecord& record) {
  // What nearly every line is not.
  if (record.message.empty() || (record.message.front() != 'm' && record.message.front() != 'l'))
    return Fold::kNone;
  Scanner text(record.message);
  const bool last = text.Take("last ");
  uint64_t times = 0;
  if (!text.Take("message repeated ") || !text.TakeUnsigned(times) || !text.Take(" times"))
    return Fold::kNone;
  if (times == 0 || times > std::numeric_limits<uint32_t>::max()) return Fold::kNone;
  if (last) {
    if (!text.done()) return Fold::kNone;
    record.repeat = static_cast<uint32_t>(times);
    return Fold::kLastMessage;
  }
  if (!text.Take(": [")) return Fold::kNone;
  text.Take(' ');
  std::string_view message = text.rest();
  if (message.ends_with(']')) message.remove_suffix(1);
  record.message = message;
  record.repeat = static_cast<uint32_t>(times);
  return Fold::kOwnMessage;
}

}  // namespace mta
