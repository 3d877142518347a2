#include "collectors/postfix/delivery_line.h"

#include <iterator>

#include "collectors/postfix/address.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

// The digits that a text begins with.
struct Digits {
  uint64_t value = 0;  // 0 where they are more than a clock has
  size_t count = 0;
};

Digits DigitsOf(std::string_view text) {
  constexpr size_t kMost = 18;
  Digits digits;
  for (; digits.count < text.size() && IsDigit(text[digits.count]); ++digits.count)
    digits.value = digits.value * 10 + static_cast<uint64_t>(text[digits.count] - '0');
  if (digits.count > kMost) digits.value = 0;
  return digits;
}

// A delay as format_tv() writes it: digits, perhaps a point and more digits; no sign, no exponent.  What no
// clock can have measured is read as 0, so that the attempt still counts.
bool TakeSeconds(Scanner& in, double& out) {
  static constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  const Digits whole = DigitsOf(in.rest());
  if (whole.count == 0) return false;
  out = static_cast<double>(whole.value);
  in.Skip(whole.count);
  if (!in.Take('.')) return true;
  const Digits fraction = DigitsOf(in.rest());
  if (fraction.count == 0) return false;
  if (fraction.count < std::size(kPowers))
    out += static_cast<double>(fraction.value) / kPowers[fraction.count];
  in.Skip(fraction.count);
  return true;
}

bool TakePhases(Scanner& in, std::array<double, 4>& out) {
  return TakeSeconds(in, out[0]) && in.Take('/') && TakeSeconds(in, out[1]) && in.Take('/') &&
         TakeSeconds(in, out[2]) && in.Take('/') && TakeSeconds(in, out[3]);
}

bool TakeResult(Scanner& in, ResultWord& out) {
  struct Word {
    std::string_view word;
    ResultWord result;
  };
  static constexpr Word kWords[] = {
      {"sent", ResultWord::kSent},
      {"deferred", ResultWord::kDeferred},
      {"bounced", ResultWord::kBounced},
      {"SOFTBOUNCE", ResultWord::kSoftBounce},
      {"deliverable", ResultWord::kDeliverable},
      {"undeliverable", ResultWord::kUndeliverable},
      {"undeliverable-but-not-cached", ResultWord::kUndeliverable},  // address_verify_negative_cache = no
  };
  const std::string_view word = in.TakeWhile([](char c) { return IsAlpha(c) || c == '-'; });
  for (const Word& known : kWords) {
    if (known.word == word) {
      out = known.result;
      return in.done() || in.peek() == ' ';
    }
  }
  return false;
}

bool IsEnhancedStatus(std::string_view text) {
  return text.size() >= 5 && text[0] >= '2' && text[0] <= '5' && text[1] == '.' && IsDigit(text[2]);
}

// Everything behind the recipients.
bool ParseTail(std::string_view tail, DeliveryLine& out) {
  Scanner in(tail);
  std::string_view skipped;
  if (!in.Take(", relay=") || !in.TakeUntil(", ", out.relay)) return false;
  if (in.Take("conn_use=") && !in.TakeUntil(", ", skipped)) return false;
  if (!in.Take("delay=") || !TakeSeconds(in, out.delay_seconds) || !in.Take(", ")) return false;
  if (in.Take("delays=")) {
    if (!TakePhases(in, out.phase_seconds) || !in.Take(", ")) return false;
    out.has_phases = true;
  }
  if (in.Take("tls=") && !in.TakeUntil(", ", skipped)) return false;
  if (in.Take("dsn=") &&
      (!in.TakeUntil(", ", out.enhanced_status) || !IsEnhancedStatus(out.enhanced_status))) {
    return false;
  }
  if (!in.Take("status=") || !TakeResult(in, out.result)) return false;
  if (in.Take(" (")) {
    out.text = in.TakeRest();
    if (out.text.ends_with(')')) out.text.remove_suffix(1);
  }
  return true;
}

}  // namespace

bool ParseDelivery(std::string_view text, DeliveryLine& out) {
  return SplitAddress(text, [&](std::string_view recipient, std::string_view rest) {
    if (!rest.starts_with(", ")) return false;
    out = {};
    out.recipient = recipient;
    if (ParseTail(rest, out)) return true;
    Scanner in(rest);
    if (!in.Take(", orig_to=<")) return false;
    return SplitAddress(in.rest(), [&](std::string_view original, std::string_view tail) {
      out = {};
      out.recipient = recipient;
      out.original_recipient = original;
      return ParseTail(tail, out);
    });
  });
}

}  // namespace mta::postfix
