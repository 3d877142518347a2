// LineCutter: bytes, in chunks of any size, to lines.  The same bytes give the same lines whatever the
// chunks.
//
// A line that lies whole within a chunk is handed out where it lies.  The unfinished rest of a chunk waits,
// up to the limit; a longer line is skipped to its newline and reported once.  Nothing is allocated once the
// longest waiting rest has been seen.  One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/tail/line_sink.h"

namespace mta {

constexpr size_t kMaxLineBytes = 64 * 1024;  // without the newline

class LineCutter {
 public:
  explicit LineCutter(size_t max_line_bytes = kMaxLineBytes) : max_line_bytes_(max_line_bytes) {}

  void Feed(std::string_view chunk, LineSink& sink);
  // The stream ends here: what waits is a line though it has no newline.
  void Finish(LineSink& sink);

  // Bytes fed that belong to no line handed out yet.
  uint64_t waiting_bytes() const { return skipped_bytes_ + partial_.size(); }

  // The line under way is not to be handed out.
  void Forget() {
    partial_.clear();
    skipped_bytes_ = 0;
  }

  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  void Keep(std::string_view rest);
  void Complete(std::string_view rest, LineSink& sink);
  void HandOut(std::string_view line, LineSink& sink) const;

  size_t max_line_bytes_;
  std::string partial_;         // the beginning of a line; empty while a line is skipped
  uint64_t skipped_bytes_ = 0;  // more than the limit: of the line that is being skipped
};

}  // namespace mta
