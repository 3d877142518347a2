// The text of a reply or a log line as the reason rules see it: one lower-case sentence without what a rule
// does not need.  The rules are written against this form, so that `Over-Quota`, `over_quota` and `over
// quota` are one thing and an address such as <mailbox-full@example.net> cannot pose as a reason.
#pragma once

#include <array>
#include <string_view>

namespace mta {

// Holds its text itself (4 KiB on the stack); what stands beyond the first 4 KiB is not read.  Time linear in
// the length.
//   - letters are lower case; runs of blanks, control characters, `-` and `_` are one blank; quotes are
//   gone
//   - mail addresses, and whatever stands in angle brackets without being a URL or a character's name (<LF>),
//   are gone
//   - where the text is a reply of several lines in one, the codes that begin its further lines are gone:
//     `an unusual rate of 421-4.7.0 unsolicited mail` is `an unusual rate of unsolicited mail`
class ReasonText {
 public:
  static constexpr size_t kCapacity = 4096;

  // `digits`: the three digits of the reply, or empty.
  explicit ReasonText(std::string_view raw, std::string_view digits = {});
  ReasonText(const ReasonText&) = delete;
  ReasonText& operator=(const ReasonText&) = delete;

  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, kCapacity> text_;  // only the first size_ characters are set
  size_t size_ = 0;
};

}  // namespace mta
