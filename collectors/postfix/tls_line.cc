#include "collectors/postfix/tls_line.h"

#include <algorithm>

#include "collectors/postfix/address.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

constexpr std::string_view kDetails[] = {"Trusted: ",
                                         "Untrusted: ",
                                         "Verified: ",
                                         "Matched",
                                         "Anonymous: ",
                                         "subject_CN=",
                                         "certificate ",
                                         "depth=",
                                         "TLS cipher list ",
                                         "Issuing session ticket",
                                         "Decrypting session ticket",
                                         "Reusing old session",
                                         "re-using session ",
                                         "save session ",
                                         "looking for session ",
                                         "looking up session ",
                                         "reloaded session ",
                                         "remove session ",
                                         "matched peername: ",
                                         "raw public key ",
                                         "verify=",
                                         "SNI hostname: ",
                                         "replacing command ",
                                         "discarding EHLO keywords: "};

}  // namespace

bool ParseTls(std::string_view text, TlsLine& out) {
  out = {};
  Scanner in(text);
  out.verification = in.TakeWhile(IsAlpha);
  if (out.verification.empty() || !in.Take(" TLS connection ")) return false;
  out.reused = in.Take("reused ");
  if (!out.reused && !in.Take("established ")) return false;
  out.inbound = in.Take("from ");
  if (!out.inbound && !in.Take("to ")) return false;
  std::string_view before_cipher;
  if (!in.TakeUntil(" with cipher ", before_cipher)) return false;
  const size_t protocol = before_cipher.rfind(": ");
  if (protocol == std::string_view::npos) return false;
  out.protocol = before_cipher.substr(protocol + 2);
  return true;
}

bool IsPeerDetail(std::string_view text) {
  Scanner in(text);
  Peer peer;
  if (!TakePeer(in, peer) || !in.Take(": ")) return false;
  return std::ranges::any_of(kDetails, [&](std::string_view words) { return in.rest().starts_with(words); });
}

}  // namespace mta::postfix
