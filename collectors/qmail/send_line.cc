#include "collectors/qmail/send_line.h"

#include <algorithm>

#include "exporter/base/scanner.h"

namespace mta::qmail {
namespace {

bool TakeMessageId(Scanner& in, std::string_view& id) {
  id = in.TakeWhile(IsDigit);
  return !id.empty() && id.size() <= kLongestMessageId;
}

bool TakeProcess(Scanner& in, std::string_view& process) {
  process = in.TakeWhile(IsDigit);
  return !process.empty();
}

// `D` or indimail's `D.QUEUE`, and the colon.
bool TakeDelivery(Scanner& in, uint64_t& number) {
  if (!in.TakeUnsigned(number)) return false;
  if (in.Take('.')) in.TakeWhile([](char c) { return c != ':' && c != ' '; });
  return in.Take(": ");
}

// The last word of a line, if it has one more.
bool TakeQueue(Scanner& in, std::string_view& queue) {
  if (in.done()) return true;
  if (!in.Take(' ')) return false;
  queue = in.TakeRest();
  return true;
}

// An address or a report, and the queue's name behind it.
void TakeField(Scanner& in, Blanks blanks, std::string_view& field, std::string_view& queue) {
  if (blanks == Blanks::kFree) {
    field = in.TakeRest();
    return;
  }
  field = in.rest().substr(0, in.rest().find(' '));
  in.Skip(field.size());
  TakeQueue(in, queue);
}

}  // namespace

bool ParseMessage(std::string_view text, MessageLine& out) {
  Scanner in(text);
  if (!TakeMessageId(in, out.id)) return false;
  if (in.Take(" qp ") && !TakeProcess(in, out.queue_process)) return false;
  in.Take(" qmail-send:");
  return TakeQueue(in, out.queue);
}

bool ParseInfo(std::string_view text, InfoLine& out) {
  constexpr std::string_view kAfterSender = "> qp ";
  Scanner in(text);
  if (!TakeMessageId(in, out.id) || !in.Take(": bytes ") || !in.TakeUnsigned(out.bytes)) return false;
  if (!in.Take(" from <")) return false;
  // The last one: a sender may hold `>`, eQmail's a blank too.
  const size_t end = in.rest().rfind(kAfterSender);
  if (end == std::string_view::npos) return false;
  out.sender = in.rest().substr(0, end);
  in.Skip(end + kAfterSender.size());
  uint64_t uid = 0;
  if (!TakeProcess(in, out.queue_process) || !in.Take(" uid ") || !in.TakeUnsigned(uid)) return false;
  return TakeQueue(in, out.queue);
}

bool ParseStart(std::string_view text, Blanks blanks, StartLine& out) {
  Scanner in(text);
  if (!TakeDelivery(in, out.delivery) || !in.Take("msg ") || !TakeMessageId(in, out.id)) return false;
  std::string_view channel;
  if (!in.Take(" to ") || !in.TakeUntil(' ', channel) || channel.empty()) return false;
  out.channel = ChannelOf(channel);
  TakeField(in, blanks, out.recipient, out.queue);
  return true;
}

bool ParseResult(std::string_view text, Blanks blanks, ResultLine& out) {
  Scanner in(text);
  if (!TakeDelivery(in, out.delivery)) return false;
  if (in.Take("success:")) {
    out.word = ResultWord::kSuccess;
  } else if (in.Take("deferral:")) {
    out.word = ResultWord::kDeferral;
  } else if (in.Take("failure:")) {
    out.word = ResultWord::kFailure;
  } else if (in.Take("log:")) {
    out.word = ResultWord::kLog;
    return true;
  } else if (in.Take("report mangled, will defer")) {
    out.word = ResultWord::kMangled;
    in.Take(':');
    return TakeQueue(in, out.queue);
  } else {
    return false;
  }
  if (in.done()) return true;  // an empty report, and a logger that drops the blank at the end of a line
  if (!in.Take(' ')) return false;
  TakeField(in, blanks, out.report, out.queue);
  return true;
}

bool ParseStatus(std::string_view text, StatusLine& out) {
  Scanner in(text);
  bool any = false;
  while (!in.done()) {
    const std::string_view word = in.rest().substr(0, in.rest().find(' '));
    in.Skip(word.size());
    Scanner ahead = in;
    uint64_t used = 0, limit = 0;
    const bool group = ahead.Take(' ') && ahead.TakeUnsigned(used) && ahead.Take('/') &&
                       ahead.TakeUnsigned(limit) && (ahead.done() || ahead.peek() == ' ');
    if (group) {
      const auto channel = static_cast<size_t>(ChannelOf(word));
      out.used[channel] += static_cast<uint32_t>(std::min<uint64_t>(used, UINT16_MAX));
      out.limit[channel] += static_cast<uint32_t>(std::min<uint64_t>(limit, UINT16_MAX));
      out.logged[channel] = any = true;
      in = ahead;
    } else if (word != "exitasap" && word != "delayed" && !word.starts_with('(') &&
               word.find('=') == word.npos) {
      out.queue = word;  // indimail
    }
    in.Take(' ');
  }
  return any;
}

}  // namespace mta::qmail
