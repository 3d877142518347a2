#include "exporter/queue/showq_parser.h"

#include <algorithm>

#include "exporter/base/ascii.h"
#include "exporter/base/civil.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr size_t kMostFieldBytes = 256;  // addresses and reasons are of no interest, and may be long
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr size_t kTimeBytes = 20;  // "Tue Feb 14 13:13:54 ", or "??" to the right

constexpr auto kIsBlank = [](char c) { return c == ' '; };

bool IsQueueIdChar(char c) {
  return IsAlnum(c);
}

bool TakeSmall(Scanner& in, uint64_t most, int64_t& out) {
  uint64_t number = 0;
  if (!in.TakeUnsigned(number) || number > most) return false;
  out = static_cast<int64_t>(number);
  return true;
}

// "Tue Feb 14 13:13:54" as a wall clock of `year`; nothing where it is no time.
std::optional<int64_t> WallClock(std::string_view text, int64_t year) {
  Scanner in(text);
  in.TakeWhile(IsAlpha);
  in.TakeWhile(kIsBlank);
  const auto month = std::ranges::find(kMonths, in.TakeWhile(IsAlpha));
  if (month == std::end(kMonths)) return std::nullopt;
  in.TakeWhile(kIsBlank);
  int64_t day = 0, hour = 0, minute = 0, second = 0;
  if (!TakeSmall(in, 31, day) || day == 0 || !in.Take(' ') || !TakeSmall(in, 23, hour) || !in.Take(':') ||
      !TakeSmall(in, 59, minute) || !in.Take(':') || !TakeSmall(in, 60, second))
    return std::nullopt;
  const int month_number = static_cast<int>(month - std::begin(kMonths)) + 1;
  return DaysFromCivil(year, month_number, static_cast<int>(day)) * kSecondsPerDay + hour * 3600 +
         minute * 60 + second;
}

int64_t YearOf(int64_t seconds) {
  return 1970 + seconds / 31'556'952;  // off by one around new year, which the caller tries
}

}  // namespace

ShowqParser::ShowqParser(int64_t now_seconds) : now_seconds_(now_seconds) {
  for (size_t i = 0; i < kQueues.size(); ++i) {
    figures_[i].queue = kQueues[i];
    figures_[i].now_seconds = now_seconds;
  }
}

bool ShowqParser::Feed(std::string_view bytes) {
  for (const char c : bytes) {
    Put(c);
    if (state_ == State::kBroken) return false;
  }
  return true;
}

// The first field that ends tells the language: text has no NUL in its first line, attributes no newline in
// their first name.
void ShowqParser::Put(char c) {
  const bool text = state_ == State::kText || (state_ == State::kBegin && c == '\n');
  if (state_ == State::kComplete) {
    state_ = State::kBroken;  // showq says nothing behind its end
  } else if (text && c == '\n') {
    state_ = State::kText;
    EndLine();
    field_.clear();
  } else if (!text && c == '\0') {
    state_ = State::kAttributes;
    EndField();
    field_.clear();
  } else if (field_.size() < kMostFieldBytes) {
    field_.push_back(c);
  } else if (state_ == State::kBegin) {
    state_ = State::kBroken;
  }
}

void ShowqParser::EndField() {
  if (in_value_) {
    TakeAttribute();
    in_value_ = false;
  } else if (field_.empty()) {
    EndRecord();
  } else {
    name_ = field_;
    in_value_ = true;
    record_empty_ = false;
  }
}

void ShowqParser::TakeAttribute() {
  if (name_ == "queue_name") {
    message_ = Message{.queue = field_, .bytes = {}, .arrival_seconds = {}};
  } else if (message_ && name_ == "size") {
    message_->bytes = ParseUnsigned(field_);
  } else if (message_ && name_ == "time") {
    const auto seconds = ParseUnsigned(field_);
    if (!seconds || *seconds > INT64_MAX)
      state_ = State::kBroken;
    else
      message_->arrival_seconds = static_cast<int64_t>(*seconds);
  }
}

void ShowqParser::EndRecord() {
  if (record_empty_) {
    state_ = State::kComplete;
  } else if (message_ && !Count(*message_)) {
    state_ = State::kBroken;
  }
  message_.reset();
  record_empty_ = true;
}

bool ShowqParser::Count(const Message& message) {
  const auto figures = std::ranges::find(figures_, message.queue, &QueueFigures::queue);
  if (figures == figures_.end() || !message.bytes) return false;
  figures->Add(*message.bytes, message.arrival_seconds);
  return true;
}

// A message is its head line, then reasons "(…)", indented unless they are long, and indented recipients;
// messages are parted by empty lines.
void ShowqParser::EndLine() {
  const std::string_view line = field_;
  if (line.empty()) return;
  if (line.starts_with("-Queue ID-")) return;
  if (line == "Mail queue is empty" || line.starts_with("-- ")) {
    EndTextMessage();
    if (state_ != State::kBroken) state_ = State::kComplete;
  } else if (line.front() == ' ' || line.front() == '(') {
    const size_t text = line.find_first_not_of(' ');
    const bool is_reason = text != std::string_view::npos && line[text] == '(';
    if (message_ && message_->queue.empty() && is_reason) message_->queue = "deferred";
  } else {
    EndTextMessage();
    if (state_ != State::kBroken && !StartTextMessage(line)) state_ = State::kBroken;
  }
}

// "A07A81514*     5156 Tue Feb 14 13:13:54  sender": the mark behind the id is * for active, ! for hold.
bool ShowqParser::StartTextMessage(std::string_view line) {
  Scanner in(line);
  if (in.TakeWhile(IsQueueIdChar).empty()) return false;
  Message message;
  if (in.Take('*')) message.queue = "active";
  if (in.Take('!')) message.queue = "hold";
  in.TakeWhile(kIsBlank);
  uint64_t bytes = 0;
  if (!in.TakeUnsigned(bytes)) return false;
  message.bytes = bytes;
  if (!in.Take(' ')) return false;
  const std::string_view time = in.rest().substr(0, kTimeBytes);
  in.Skip(kTimeBytes + 1);
  message.arrival_seconds = ParseTime(time);
  if (!message.arrival_seconds && time.find("??") == std::string_view::npos) return false;
  if (in.Take("(maildrop queue, sender UID ")) message.queue = "maildrop";
  message_ = std::move(message);
  return true;
}

// incoming is listed before active, deferred behind it, and both bear no mark.
void ShowqParser::EndTextMessage() {
  if (!message_) return;
  if (message_->queue.empty()) message_->queue = past_incoming_ ? "deferred" : "incoming";
  if (message_->queue == "active" || message_->queue == "deferred") past_incoming_ = true;
  if (!Count(*message_)) state_ = State::kBroken;
  message_.reset();
}

// The latest year in which it is not in the future, a day of clock disorder left aside.
std::optional<int64_t> ShowqParser::ParseTime(std::string_view text) {
  const int64_t this_year = YearOf(now_seconds_);
  for (int64_t year = this_year + 1; year >= this_year - 1; --year) {
    const auto wall = WallClock(text, year);
    if (!wall) return std::nullopt;
    const int64_t seconds = zone_.ToUtc(*wall, 0);
    if (seconds <= now_seconds_ + kSecondsPerDay) return seconds;
  }
  return std::nullopt;
}

}  // namespace mta
