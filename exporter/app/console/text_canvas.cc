#include "exporter/app/console/text_canvas.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "exporter/base/ascii.h"
#include "exporter/metrics/label_value.h"

namespace mta {
namespace {

constexpr size_t kNarrowest = 60;
constexpr size_t kUsual = 100;

std::string_view CodeOf(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return "1";
    case Ink::kFaint:
      return "2";
    case Ink::kGood:
      return "32";
    case Ink::kDoubtful:
      return "33";
    case Ink::kBad:
      return "31";
    default:
      return {};
  }
}

size_t WidthOf(std::FILE* out) {
  struct winsize size = {};
  if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* const columns = std::getenv("COLUMNS");
  return columns == nullptr ? kUsual : ParseUnsigned(columns).value_or(kUsual);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

TextCanvas TextCanvas::Of(std::FILE* out) {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  const bool colour = isatty(fileno(out)) == 1 && (no_colour == nullptr || *no_colour == '\0') && !dumb;
  return {std::max(WidthOf(out), kNarrowest), colour};
}

std::string TextCanvas::Harmless(std::string_view text) {
  return SanitiseLabelValue(text, SIZE_MAX);
}

std::string TextCanvas::Paint(Ink ink, std::string_view text) const {
  if (!colour_ || ink == Ink::kPlain) return std::string(text);
  std::string out = "\033[";
  out += CodeOf(ink);
  out += 'm';
  out += text;
  out += "\033[0m";
  return out;
}

void TextCanvas::Wrap(std::string& out, std::string_view first, size_t indent, std::string_view text,
                      Ink ink) const {
  out += first;
  size_t column = indent;
  std::string line;
  const auto flush = [&] {
    out += Paint(ink, line);
    out += '\n';
    line.clear();
  };
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t columns = ColumnsOf(word);
    if (!line.empty() && column + 1 + columns > width_) {
      flush();
      out.append(indent, ' ');
      column = indent;
    }
    if (!line.empty()) {
      line += ' ';
      ++column;
    }
    line += word;
    column += columns;
  }
  flush();
}

size_t ColumnsOf(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return !IsContinuation(c); }));
}

std::string Padded(std::string_view text, size_t columns) {
  std::string out(text);
  const size_t have = ColumnsOf(text);
  if (have < columns) out.append(columns - have, ' ');
  return out;
}

}  // namespace mta
