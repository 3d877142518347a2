#include "collectors/qmail/splogger.h"

#include <algorithm>

#include "exporter/record/stamp.h"

namespace mta::qmail {
namespace {

// qmail-send cuts a report at 10,000 bytes; twice that is no line of its.
constexpr size_t kLongestLine = 20'000;

// daemontools' offset.  s6-log has another, but here only differences count.
constexpr int64_t kTaiOffsetSeconds = 10;

// `1795344083.606115+`: a blank in the place of the `+` would make it a stamp like any other.
bool TakePartStamp(Scanner& message, int64_t& time_ns) {
  constexpr size_t kLongestStamp = 40;
  const std::string_view head = message.rest().substr(0, kLongestStamp);
  const size_t plus = head.find('+');
  if (plus == head.npos) return false;
  Scanner stamp(head.substr(0, plus));
  if (!TakeEpoch(stamp, time_ns) || !stamp.done()) return false;
  message.Skip(plus + 1);
  return true;
}

}  // namespace

InnerStamp TakeInnerStamp(Scanner& message) {
  InnerStamp stamp;
  while (message.Take(' ')) {
  }
  const char first = message.peek();
  if (IsDigit(first)) {
    if (!TakeEpoch(message, stamp.time_ns)) {
      stamp.further_part = TakePartStamp(message, stamp.time_ns);
      return stamp;
    }
  } else if (first != '@' || !TakeTai64n(message, kTaiOffsetSeconds, stamp.time_ns)) {
    return stamp;
  }
  while (message.Take(' ')) {
  }
  return stamp;
}

void CutLine::Hold(const LogRecord& record, uint64_t log, int64_t stamp_ns) {
  waiting_ = true;
  log_ = log;
  stamp_ns_ = stamp_ns;
  time_ns_ = record.time_ns;
  envelope_ = record.envelope;
  repeat_ = record.repeat;
  host_.assign(record.host);
  tag_.assign(record.tag);
  pid_.assign(record.pid);
  line_.assign(record.line.ends_with(record.message) ? record.line : record.message);
  message_at_ = line_.size() - record.message.size();
}

void CutLine::Append(std::string_view part) {
  line_.append(part.substr(0, kLongestLine - std::min(kLongestLine, line_.size())));
}

LogRecord CutLine::Joined() const {
  LogRecord record;
  record.time_ns = time_ns_;
  record.host = host_;
  record.tag = tag_;
  record.pid = pid_;
  record.line = line_;
  record.message = record.line.substr(message_at_);
  record.repeat = repeat_;
  record.envelope = envelope_;
  return record;
}

void CutLine::Save(ByteWriter& out) const {
  out.Put(waiting_);
  if (!waiting_) return;
  out.Put(log_);
  out.Put(stamp_ns_);
  out.Put(time_ns_);
  out.Put(envelope_);
  out.Put(repeat_);
  for (const std::string* text : {&host_, &tag_, &pid_, &line_}) out.PutBytes(*text);
  out.Put(static_cast<uint32_t>(message_at_));
}

bool CutLine::Restore(ByteReader& in) {
  waiting_ = in.Get<uint8_t>() != 0;
  if (!waiting_) return in.ok();
  log_ = in.Get<uint64_t>();
  stamp_ns_ = in.Get<int64_t>();
  time_ns_ = in.Get<int64_t>();
  envelope_ = in.Get<Envelope>();
  repeat_ = in.Get<uint32_t>();
  for (std::string* text : {&host_, &tag_, &pid_, &line_}) text->assign(in.GetBytes());
  message_at_ = in.Get<uint32_t>();
  waiting_ = in.ok() && message_at_ <= line_.size();
  return waiting_;
}

}  // namespace mta::qmail
