// The closed set of reasons for deferrals, bounces and rejects (METRICS.md section 6: one vocabulary for all
// MTAs).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mta {

enum class Reason : uint8_t {
  kConnectionRefused,
  kConnectionTimeout,
  kConnectionLost,
  kConnectionFailed,  // no connection, and the MTA does not say how it failed
  kNetworkUnreachable,
  kDnsTemporary,
  kDnsNotFound,
  kTls,
  kGreylisted,
  kRateLimited,
  kReputation,
  kSpamContent,
  kAuthentication,
  kUserUnknown,
  kMailboxFull,
  kMailboxUnavailable,
  kMessageTooLarge,
  kRelayDenied,
  kPolicy,
  kLoop,
  kLocalError,    // this host
  kRemoteSystem,  // theirs: full, busy, closing, lookup failed
  kSuspended,
  kExpired,
  kProtocolError,
  kOther,
};

constexpr size_t kReasonCount = static_cast<size_t>(Reason::kOther) + 1;

inline constexpr std::array<std::string_view, kReasonCount> kReasonNames = {"connection_refused",
                                                                            "connection_timeout",
                                                                            "connection_lost",
                                                                            "connection_failed",
                                                                            "network_unreachable",
                                                                            "dns_temporary",
                                                                            "dns_not_found",
                                                                            "tls",
                                                                            "greylisted",
                                                                            "rate_limited",
                                                                            "reputation",
                                                                            "spam_content",
                                                                            "authentication",
                                                                            "user_unknown",
                                                                            "mailbox_full",
                                                                            "mailbox_unavailable",
                                                                            "message_too_large",
                                                                            "relay_denied",
                                                                            "policy",
                                                                            "loop",
                                                                            "local_error",
                                                                            "remote_system",
                                                                            "suspended",
                                                                            "expired",
                                                                            "protocol_error",
                                                                            "other"};

// The value of the label `reason`.
constexpr std::string_view ReasonName(Reason reason) {
  return kReasonNames[static_cast<size_t>(reason)];
}

}  // namespace mta
