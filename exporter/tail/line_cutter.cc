#include "exporter/tail/line_cutter.h"

namespace mta {

void LineCutter::Feed(std::string_view chunk, LineSink& sink) {
  while (!chunk.empty()) {
    const size_t end = chunk.find('\n');
    if (end == std::string_view::npos) return Keep(chunk);
    const std::string_view line = chunk.substr(0, end);
    if (waiting_bytes() == 0) {
      HandOut(line, sink);
    } else {
      Complete(line, sink);
    }
    chunk.remove_prefix(end + 1);
  }
}

void LineCutter::Finish(LineSink& sink) {
  if (skipped_bytes_ > 0) sink.OversizedLine(skipped_bytes_);
  if (!partial_.empty()) sink.Line(partial_);
  skipped_bytes_ = 0;
  partial_.clear();
}

void LineCutter::Keep(std::string_view rest) {
  if (waiting_bytes() + rest.size() <= max_line_bytes_) {
    partial_.append(rest);
  } else {
    skipped_bytes_ = waiting_bytes() + rest.size();
    partial_.clear();
  }
}

// A newline follows `rest`, which belongs to the line that waits.
void LineCutter::Complete(std::string_view rest, LineSink& sink) {
  Keep(rest);
  if (skipped_bytes_ > 0) {
    sink.OversizedLine(skipped_bytes_ + 1);
  } else {
    sink.Line(partial_);
  }
  skipped_bytes_ = 0;
  partial_.clear();
}

void LineCutter::HandOut(std::string_view line, LineSink& sink) const {
  if (line.size() <= max_line_bytes_) {
    sink.Line(line);
  } else {
    sink.OversizedLine(line.size() + 1);
  }
}

void LineCutter::Save(ByteWriter& out) const {
  out.PutBytes(partial_);
  out.Put(skipped_bytes_);
}

bool LineCutter::Restore(ByteReader& in) {
  partial_ = in.GetBytes();
  skipped_bytes_ = in.Get<uint64_t>();
  return in.ok();
}

}  // namespace mta
