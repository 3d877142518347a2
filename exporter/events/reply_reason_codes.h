// What the numbers of an SMTP reply say when its words say nothing: RFC 3463 and IANA's registry of enhanced
// status codes, RFC 5321 for the three digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/events/reason.h"

namespace mta {

// X.Y.Z of RFC 3463, class 2, 4 or 5.
struct EnhancedCode {
  uint16_t status_class = 0;
  uint16_t subject = 0;
  uint16_t detail = 0;
};

// Reads a code at the front of `text`; it must end there or before a character that cannot belong to it.
std::optional<EnhancedCode> ParseEnhancedCode(std::string_view text);

// The numbers and the words of a reply: `550-5.1.1 No such user` has all three.
struct ReplyParts {
  std::string_view digits;    // three digits, or empty
  std::string_view enhanced;  // X.Y.Z as written, or empty
  std::string_view words;     // what follows
};
ReplyParts SplitReply(std::string_view text);

// A code that means one thing, whatever the general words beside it: 5.1.1, 5.2.2, 5.7.26.
std::optional<Reason> SpecificCodeReason(const EnhancedCode& code);

// Any other code with a meaning of its own or of its subject (x.7.y: policy).  Nothing for x.0.y.
std::optional<Reason> GeneralCodeReason(const EnhancedCode& code);

// kOther where the digits have no meaning or none that helps (554).
Reason DigitsReason(std::string_view digits);

}  // namespace mta
