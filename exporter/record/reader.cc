#include "exporter/record/reader.h"

#include "exporter/base/ascii.h"

namespace mta {
namespace {

bool HasSyslogHeader(Envelope envelope) {
  return envelope == Envelope::kSyslog || envelope == Envelope::kRfc5424;
}

void SetBody(Envelope envelope, Scanner text, LogRecord& record) {
  while (text.Take(' ')) {
  }
  record.envelope = envelope;
  record.message = text.rest();
}

}  // namespace

LogRecord EnvelopeReader::Read(std::string_view line) {
  LogRecord record;
  record.line = line;
  if (line.ends_with('\r')) line.remove_suffix(1);
  record.message = line;
  ReadEnvelope(Scanner(line), record);
  if (!HasSyslogHeader(record.envelope)) return record;
  if (Unfold(record) == Fold::kLastMessage) {
    if (!previous_.Recall(record)) record.repeat = 0;
  } else {
    previous_.Remember(record);
  }
  return record;
}

void EnvelopeReader::ReadEnvelope(Scanner text, LogRecord& record) {
  const char first = text.peek();
  if (IsUpper(first)) {
    if (!stamps_.TakeTraditional(text, record.time_ns)) return;
    record.envelope = Envelope::kSyslog;
    SplitSyslog(text, previous_.host(), record);
  } else if (first == '<') {
    if (TakePriority(text)) ReadPrioritised(text, record);
  } else if (first == '@') {
    if (stamps_.TakeTai64n(text, options_.tai_offset_seconds, record.time_ns))
      SetBody(Envelope::kTai64n, text, record);
  } else if (IsDigit(first)) {
    ReadNumeric(text, record);
  }
}

void EnvelopeReader::ReadNumeric(Scanner text, LogRecord& record) {
  switch (stamps_.TakeIso(text, record.time_ns)) {
    case IsoStamp::kZoned:
      record.envelope = Envelope::kSyslog;
      SplitSyslog(text, previous_.host(), record);
      return;
    case IsoStamp::kZoneless:
      SetBody(Envelope::kLocalStamp, text, record);
      return;
    case IsoStamp::kNone:
      if (TakeEpoch(text, record.time_ns)) SetBody(Envelope::kEpoch, text, record);
  }
}

void EnvelopeReader::ReadPrioritised(Scanner text, LogRecord& record) {
  if (ReadRfc5424(text, record)) return;
  const bool stamped = stamps_.TakeTraditional(text, record.time_ns) ||
                       (IsDigit(text.peek()) && stamps_.TakeIso(text, record.time_ns) == IsoStamp::kZoned);
  if (stamped) {
    record.envelope = Envelope::kSyslog;
    SplitSyslog(text, previous_.host(), record);
  } else if (SplitTagged(text, record)) {
    record.envelope = Envelope::kSyslog;
  }
}

bool EnvelopeReader::ReadRfc5424(Scanner text, LogRecord& record) {
  if (!text.Take("1 ")) return false;
  if (!text.Take('-') && stamps_.TakeIso(text, record.time_ns) != IsoStamp::kZoned) return false;
  if (!text.done() && !text.Take(' ')) return false;
  record.envelope = Envelope::kRfc5424;
  SplitRfc5424(text, record);
  return true;
}

void EnvelopeReader::Save(ByteWriter& out) const {
  stamps_.Save(out);
  previous_.Save(out);
}

bool EnvelopeReader::Restore(ByteReader& in) {
  const bool restored = stamps_.Restore(in) && previous_.Restore(in);
  if (!restored) {
    stamps_ = {};
    previous_ = {};
  }
  return restored;
}

}  // namespace mta
