#include "exporter/events/queued_as.h"

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kShortest = 5;
constexpr size_t kLongest = 32;

std::string_view Checked(std::string_view id) {
  return id.size() >= kShortest && id.size() <= kLongest ? id : std::string_view();
}

std::string_view WordAfter(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsAlnum(text[end])) ++end;
  return Checked(text.substr(begin, end - begin));
}

std::string_view WordBefore(std::string_view text, size_t end) {
  size_t begin = end;
  while (begin > 0 && IsAlnum(text[begin - 1])) --begin;
  return Checked(text.substr(begin, end - begin));
}

}  // namespace

// A filter puts its own words before the answer it was given, so the last id is the one of the queue.
std::string_view QueuedAs(std::string_view text) {
  for (const std::string_view words : {"queued as ", "forwarded as "}) {
    const size_t at = text.rfind(words);
    if (at != std::string_view::npos) return WordAfter(text, at + words.size());
  }
  const size_t at = text.rfind(" Message accepted for delivery");
  return at == std::string_view::npos ? std::string_view() : WordBefore(text, at);
}

}  // namespace mta
