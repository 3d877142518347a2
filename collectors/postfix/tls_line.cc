#include "collectors/postfix/tls_line.h"

#include "exporter/base/scanner.h"

namespace mta::postfix {

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

}  // namespace mta::postfix
