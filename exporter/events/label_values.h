// The closed sets of label values (METRICS.md), and how what an MTA logged is brought into them.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "exporter/base/ascii.h"
#include "exporter/events/events.h"

namespace mta {

inline constexpr std::array<std::string_view, 3> kStatusNames = {"sent", "deferred", "bounced"};
inline constexpr std::array<std::string_view, 2> kHopNames = {"final", "internal"};
inline constexpr std::array<std::string_view, 4> kOriginNames = {"smtp", "local", "internal", "unknown"};
inline constexpr std::array<std::string_view, 2> kDirectionNames = {"inbound", "outbound"};
inline constexpr std::array<std::string_view, 5> kBounceKindNames = {
    "nondelivery", "delay", "delivery_status", "postmaster", "discarded"};
inline constexpr std::array<std::string_view, 3> kLostCauseNames = {"lost", "timeout", "errors"};
inline constexpr std::array<std::string_view, 5> kSeverityNames = {"warning", "error", "fatal", "panic",
                                                                   "alert"};
inline constexpr std::array<std::string_view, 7> kCommandNames = {"connect", "helo",        "mail", "rcpt",
                                                                  "data",    "end_of_data", "other"};
inline constexpr std::array<std::string_view, 7> kRejectedByNames = {
    "policy", "milter", "proxy", "content", "postscreen", "ruleset", "rblsmtpd"};
inline constexpr std::array<std::string_view, 8> kFaultNames = {"timeout", "refused", "unreachable", "reset",
                                                                "lost",    "tls",     "dns",         "other"};
inline constexpr std::array<std::string_view, 4> kPhaseNames = {"before_queue_manager", "queue_manager",
                                                                "connection_setup", "transmission"};

template <typename Enum, size_t N>
constexpr std::string_view NameOf(const std::array<std::string_view, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

// The one of `known` that equals `word`, letter case aside; else `other`.
constexpr std::string_view Closed(std::span<const std::string_view> known, std::string_view word) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](std::string_view k) { return EqualsIgnoreCase(k, word); });
  return found == known.end() ? std::string_view("other") : *found;
}

// SASL mechanisms in use with SMTP (IANA registry, and NTLM and XOAUTH2 that are not in it).
inline constexpr std::string_view kMechanisms[] = {"PLAIN",         "LOGIN",
                                                   "CRAM-MD5",      "DIGEST-MD5",
                                                   "SCRAM-SHA-1",   "SCRAM-SHA-1-PLUS",
                                                   "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
                                                   "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS",
                                                   "GSSAPI",        "GSS-SPNEGO",
                                                   "NTLM",          "XOAUTH2",
                                                   "OAUTHBEARER",   "EXTERNAL",
                                                   "ANONYMOUS",     "OTP"};

inline constexpr std::string_view kTlsProtocols[] = {"TLSv1.3", "TLSv1.2", "TLSv1.1",
                                                     "TLSv1",   "SSLv3",   "SSLv2"};

// Postfix's four words and sendmail's verify= values.
inline constexpr std::string_view kVerifications[] = {
    "anonymous", "untrusted", "trusted",  "verified", "ok",     "no",        "not",       "none",
    "fail",      "temp",      "protocol", "software", "config", "dane_fail", "dane_temp", "dane_notls"};

}  // namespace mta
