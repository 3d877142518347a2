// LinePicker: of the bytes of a log the lines that hold one of some words, without looking at the others.
//
// Hands out what LineCutter would, less the lines that hold none of the words; where the words cannot be
// searched for, all lines.  The first line of every chunk comes in any case, so that a reader of stamps
// without year sees the time go by.  One thread.
#pragma once

#include <string_view>
#include <vector>

#include "exporter/base/needles.h"
#include "exporter/tail/line_cutter.h"

namespace mta {

class LinePicker {
 public:
  // `needles` must outlive the picker.
  explicit LinePicker(const Needles& needles) : needles_(needles) {}

  void Feed(std::string_view chunk, LineSink& sink);
  // The stream ends here: what waits is a line though it has no newline.
  void Finish(LineSink& sink) { cutter_.Finish(sink); }

 private:
  void PickFrom(std::string_view lines, LineSink& sink);

  const Needles& needles_;
  LineCutter cutter_;  // has the lines that begin in one chunk and end in another
  std::vector<size_t> found_;
};

}  // namespace mta
