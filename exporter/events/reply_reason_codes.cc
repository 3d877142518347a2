#include "exporter/events/reply_reason_codes.h"

#include <algorithm>
#include <array>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

struct CodeMeaning {
  uint16_t subject;
  uint16_t detail;
  Reason transient;  // 4.y.z
  Reason permanent;  // 5.y.z
};

constexpr CodeMeaning Both(uint16_t subject, uint16_t detail, Reason reason) {
  return {subject, detail, reason, reason};
}

constexpr std::array kSpecific = {
    Both(1, 1, Reason::kUserUnknown),         // bad destination mailbox address
    Both(1, 3, Reason::kUserUnknown),         // bad destination mailbox address syntax
    Both(1, 6, Reason::kUserUnknown),         // mailbox has moved, no forwarding address
    Both(1, 7, Reason::kPolicy),              // the sender's address is no address
    Both(1, 8, Reason::kPolicy),              // the sender's domain does not exist
    Both(1, 10, Reason::kUserUnknown),        // null MX; Microsoft: recipient not found
    Both(2, 1, Reason::kMailboxUnavailable),  // mailbox disabled
    Both(2, 2, Reason::kMailboxFull),         // mailbox full
    Both(2, 3, Reason::kMessageTooLarge),     // longer than the mailbox takes
    Both(3, 4, Reason::kMessageTooLarge),     // longer than the system takes
    Both(4, 6, Reason::kLoop),                // routing loop
    Both(4, 7, Reason::kExpired),             // delivery time expired
    Both(7, 20, Reason::kAuthentication),     // no DKIM signature that passes
    Both(7, 21, Reason::kAuthentication),     // no DKIM signature that is acceptable
    Both(7, 22, Reason::kAuthentication),     // no DKIM signature of the author's domain
    Both(7, 23, Reason::kAuthentication),     // SPF fails
    Both(7, 24, Reason::kAuthentication),     // SPF cannot be evaluated
    Both(7, 25, Reason::kPolicy),             // no reverse DNS
    Both(7, 26, Reason::kAuthentication),     // several of SPF, DKIM, DMARC fail
    Both(7, 28, Reason::kRateLimited),        // mail flood
    Both(7, 29, Reason::kAuthentication),     // ARC fails
    // Microsoft's own
    Both(1, 90, Reason::kRateLimited),      // the sender's daily limit
    Both(2, 121, Reason::kRateLimited),     // the recipient gets too much from this sender
    Both(2, 122, Reason::kRateLimited),     // the recipient gets too much
    Both(4, 14, Reason::kLoop),             // hop count exceeded
    Both(4, 300, Reason::kExpired),         // message expired
    Both(7, 54, Reason::kRelayDenied),      // unable to relay
    Both(7, 57, Reason::kAuthentication),   // client was not authenticated
    Both(7, 64, Reason::kRelayDenied),      // TenantAttribution
    Both(7, 501, Reason::kReputation),      // spam abuse detected
    Both(7, 502, Reason::kReputation),      // banned sender
    Both(7, 503, Reason::kReputation),      // banned sender
    Both(7, 508, Reason::kRateLimited),     // permitted limits exceeded
    Both(7, 509, Reason::kAuthentication),  // DMARC fails
    Both(7, 511, Reason::kReputation),      // banned sender
    Both(7, 515, Reason::kAuthentication),  // sending domain must authenticate
    Both(7, 705, Reason::kRateLimited),     // tenant has exceeded its threshold
    Both(7, 708, Reason::kReputation),      // traffic not accepted from this IP
};

constexpr std::array kGeneral = {
    Both(1, 0, Reason::kUserUnknown),                                  // other address status
    CodeMeaning{1, 2, Reason::kDnsTemporary, Reason::kDnsNotFound},    // bad destination system address
    Both(1, 4, Reason::kUserUnknown),                                  // ambiguous mailbox address
    Both(1, 9, Reason::kProtocolError),                                // relayed to a non-compliant mailer
    Both(4, 1, Reason::kConnectionFailed),                             // no answer from host
    Both(4, 2, Reason::kConnectionLost),                               // bad connection
    CodeMeaning{4, 3, Reason::kDnsTemporary, Reason::kDnsNotFound},    // directory server failure
    CodeMeaning{4, 4, Reason::kDnsTemporary, Reason::kDnsNotFound},    // unable to route
    CodeMeaning{4, 310, Reason::kDnsTemporary, Reason::kDnsNotFound},  // Microsoft: DNS domain does not exist
    CodeMeaning{4, 312, Reason::kDnsTemporary, Reason::kDnsNotFound},  // Microsoft: DNS query failed
    Both(4, 316, Reason::kConnectionRefused),                          // Microsoft: connection refused
    Both(4, 317, Reason::kTls),                                        // Microsoft: cannot establish TLS
    Both(4, 318, Reason::kConnectionLost),  // Microsoft: connection closed abruptly
    Both(5, 3, Reason::kRateLimited),       // too many recipients
    Both(7, 4, Reason::kTls),               // security features not supported
    Both(7, 5, Reason::kTls),               // cryptographic failure
    Both(7, 6, Reason::kTls),               // cryptographic algorithm not supported
    Both(7, 7, Reason::kAuthentication),    // message integrity failure
    Both(7, 8, Reason::kAuthentication),    // credentials invalid
    Both(7, 16, Reason::kMessageTooLarge),  // too long for its priority
    Both(7, 17, Reason::kUserUnknown),      // mailbox has a new owner
    Both(7, 18, Reason::kUserUnknown),      // domain has a new owner
    Both(7, 30, Reason::kTls),              // REQUIRETLS not possible
};

template <size_t N>
std::optional<Reason> Find(const std::array<CodeMeaning, N>& table, const EnhancedCode& code) {
  for (const CodeMeaning& row : table) {
    if (row.subject == code.subject && row.detail == code.detail) {
      return code.status_class == 4 ? row.transient : row.permanent;
    }
  }
  return std::nullopt;
}

// Microsoft keeps 5.7.606 to 5.7.649 for addresses on its block list, 4.7.500 to 4.7.699 for those it slows
// down.
std::optional<Reason> MicrosoftRange(const EnhancedCode& code) {
  if (code.subject != 7) return std::nullopt;
  if (code.status_class == 5 && code.detail >= 606 && code.detail <= 649) return Reason::kReputation;
  if (code.status_class == 4 && code.detail >= 500 && code.detail <= 699) return Reason::kRateLimited;
  return std::nullopt;
}

// The subject alone.
std::optional<Reason> SubjectReason(uint16_t subject) {
  switch (subject) {
    case 1:
      return Reason::kUserUnknown;  // addressing
    case 2:
      return Reason::kMailboxUnavailable;  // mailbox
    case 3:
      return Reason::kRemoteSystem;  // mail system
    case 4:
      return Reason::kRemoteSystem;  // network and routing, as seen from there
    case 5:
      return Reason::kProtocolError;  // mail delivery protocol
    case 6:
      return Reason::kProtocolError;  // content that cannot be carried
    case 7:
      return Reason::kPolicy;  // security or policy
    default:
      return std::nullopt;
  }
}

bool TakeNumber(Scanner& in, uint16_t& out) {
  const std::string_view run = in.TakeWhile(IsDigit);
  if (run.empty() || run.size() > 3) return false;
  out = static_cast<uint16_t>(*ParseUnsigned(run));
  return true;
}

// qmail and those that grew out of it write the code behind the words: `sorry (#5.7.1)`.  The last one
// counts; without its brackets.
std::string_view ClosingCode(std::string_view words) {
  constexpr std::string_view kOpening = "(#";
  const size_t opening = words.rfind(kOpening);
  if (opening == words.npos) return {};
  const std::string_view code = words.substr(opening + kOpening.size());
  return ParseEnhancedCode(code) ? code.substr(0, code.find_first_not_of("0123456789.")) : std::string_view();
}

}  // namespace

std::optional<EnhancedCode> ParseEnhancedCode(std::string_view text) {
  Scanner in(text);
  EnhancedCode code;
  if (!TakeNumber(in, code.status_class) || !in.Take('.') || !TakeNumber(in, code.subject) || !in.Take('.') ||
      !TakeNumber(in, code.detail)) {
    return std::nullopt;
  }
  if (code.status_class != 2 && code.status_class != 4 && code.status_class != 5) return std::nullopt;
  const std::string_view rest = in.rest();
  const bool goes_on =
      !rest.empty() && (IsAlnum(rest[0]) || (rest[0] == '.' && rest.size() > 1 && IsDigit(rest[1])));
  if (goes_on) return std::nullopt;  // 5.1.1.1 or 4.7.1x is something else
  return code;
}

ReplyParts SplitReply(std::string_view text) {
  ReplyParts parts;
  Scanner in(text);
  in.TakeWhile([](char c) { return c == ' '; });
  const std::string_view front = in.rest();
  const bool has_digits = front.size() >= 3 && IsDigit(front[0]) && IsDigit(front[1]) && IsDigit(front[2]) &&
                          (front.size() == 3 || front[3] == ' ' || front[3] == '-' || front[3] == '/');
  if (has_digits) {
    parts.digits = front.substr(0, 3);
    in.Skip(4);
  }
  in.TakeWhile([](char c) { return c == ' ' || c == '#'; });  // some put a # before the enhanced code
  if (ParseEnhancedCode(in.rest())) {
    parts.enhanced = in.TakeWhile([](char c) { return IsDigit(c) || c == '.'; });
    in.TakeWhile([](char c) { return c == ' ' || c == '-' || c == ':'; });
  }
  parts.words = in.rest();
  if (parts.enhanced.empty()) parts.enhanced = ClosingCode(parts.words);
  return parts;
}

std::optional<Reason> SpecificCodeReason(const EnhancedCode& code) {
  if (code.status_class == 2) return std::nullopt;
  if (const auto reason = Find(kSpecific, code)) return reason;
  return MicrosoftRange(code);
}

std::optional<Reason> GeneralCodeReason(const EnhancedCode& code) {
  if (code.status_class == 2) return std::nullopt;
  if (const auto reason = Find(kGeneral, code)) return reason;
  return SubjectReason(code.subject);
}

Reason DigitsReason(std::string_view digits) {
  struct Meaning {
    std::string_view digits;
    Reason reason;
  };
  // RFC 5321 4.2.2, RFC 4954, RFC 7504; the longest prefix is listed first.
  static constexpr std::array kMeanings = {
      Meaning{"421", Reason::kRemoteSystem},        // closing the channel
      Meaning{"432", Reason::kAuthentication},      // password transition needed
      Meaning{"450", Reason::kMailboxUnavailable},  // mailbox busy
      Meaning{"454", Reason::kTls},                 // TLS not available
      Meaning{"455", Reason::kProtocolError},       // parameters not possible now
      Meaning{"4", Reason::kRemoteSystem},          // 451 error in processing, 452 out of storage
      Meaning{"50", Reason::kProtocolError},        // 500 to 504: syntax, sequence, not implemented
      Meaning{"521", Reason::kPolicy},              // host takes no mail
      Meaning{"523", Reason::kMessageTooLarge},     // past the administrative length limit
      Meaning{"530", Reason::kAuthentication},      // authentication required
      Meaning{"534", Reason::kAuthentication},      // mechanism too weak
      Meaning{"535", Reason::kAuthentication},      // credentials invalid
      Meaning{"538", Reason::kTls},                 // encryption required
      Meaning{"550", Reason::kMailboxUnavailable},  // mailbox unavailable
      Meaning{"551", Reason::kUserUnknown},         // user not local
      Meaning{"552", Reason::kMailboxFull},         // exceeded storage allocation
      Meaning{"553", Reason::kUserUnknown},         // mailbox name not allowed
      Meaning{"555", Reason::kProtocolError},       // parameters not recognised
      Meaning{"556", Reason::kDnsNotFound},         // domain takes no mail (null MX)
      Meaning{"57", Reason::kPolicy},               // 571 and the like: blocked
      Meaning{"5", Reason::kOther},                 // 554: transaction failed
  };
  const auto it =
      std::ranges::find_if(kMeanings, [&](const Meaning& m) { return digits.starts_with(m.digits); });
  if (it != kMeanings.end()) return it->reason;
  return digits.empty() ? Reason::kOther : Reason::kProtocolError;  // no reply to a failure begins so
}

}  // namespace mta
