#include "exporter/record/line_reader.h"

namespace mta {

LineRead LineReader::Read(std::string_view line) {
  const Unwrapped unwrapped = unwrapper_.Unwrap(line);
  if (unwrapped.kind != Unwrapped::Kind::kLine) return {unwrapped.kind};
  if (unwrapped.time_ns != kNoTime) envelope_.SetReference(unwrapped.time_ns);
  LineRead read = {unwrapped.kind, envelope_.Read(unwrapped.line)};
  if (read.record.time_ns == kNoTime) read.record.time_ns = unwrapped.time_ns;
  if (!unwrapped.joined) read.record.line = line;
  return read;
}

void LineReader::Save(ByteWriter& out) const {
  out.PutPart(unwrapper_);
  out.PutPart(envelope_);
}

bool LineReader::Restore(ByteReader& in) {
  const bool unwrapper = in.GetPart(unwrapper_);
  return in.GetPart(envelope_) && unwrapper;
}

}  // namespace mta
