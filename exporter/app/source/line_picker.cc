#include "exporter/app/source/line_picker.h"

namespace mta {

void LinePicker::Feed(std::string_view chunk, LineSink& sink) {
  const size_t first = chunk.find('\n');
  if (!needles_.can_search() || first == std::string_view::npos) return cutter_.Feed(chunk, sink);
  const size_t last = chunk.rfind('\n');
  cutter_.Feed(chunk.substr(0, first + 1), sink);
  PickFrom(chunk.substr(first + 1, last - first), sink);
  cutter_.Feed(chunk.substr(last + 1), sink);
}

// `lines` are whole, each with its newline.
void LinePicker::PickFrom(std::string_view lines, LineSink& sink) {
  found_.clear();
  needles_.FindAll(lines, found_);
  size_t end = 0;  // of the last line that was handed out
  for (const size_t found : found_) {
    if (found < end) continue;
    const size_t begin = lines.rfind('\n', found) + 1;  // npos + 1 is 0
    end = lines.find('\n', found) + 1;
    const std::string_view line = lines.substr(begin, end - begin - 1);
    line.size() <= kMaxLineBytes ? sink.Line(line) : sink.OversizedLine(line.size() + 1);
  }
}

}  // namespace mta
