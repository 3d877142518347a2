// What a terminal needs to know of a text: its width, whether it shows colour, and how text is kept from
// doing harm to it.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace mta {

enum class Ink { kPlain, kBold, kFaint, kGood, kDoubtful, kBad };

class TextCanvas {
 public:
  TextCanvas(size_t width, bool colour) : width_(width), colour_(colour) {}
  // The terminal's width, else $COLUMNS, else 100, at least 60; colour only on a terminal and without
  // NO_COLOR (no-color.org).
  static TextCanvas Of(std::FILE* out);

  size_t width() const { return width_; }

  // `text` as it may be shown: what a stranger may have put into the log to move the cursor, to turn the
  // direction of the writing or to end a character before its time becomes U+FFFD.
  static std::string Harmless(std::string_view text);
  // In colour, where there is one.  `text` is harmless.
  std::string Paint(Ink ink, std::string_view text) const;
  // Adds `text` after `first` (or, from the second line on, `indent` blanks), broken at blanks so that no
  // line is wider than the canvas; a longer word stands on a line of its own.
  void Wrap(std::string& out, std::string_view first, size_t indent, std::string_view text,
            Ink ink = Ink::kPlain) const;

 private:
  size_t width_;
  bool colour_;
};

// Columns that `text` takes: UTF-8 characters, as far as they are of one column.
size_t ColumnsOf(std::string_view text);
std::string Padded(std::string_view text, size_t columns);

}  // namespace mta
