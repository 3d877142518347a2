#include "collectors/qmail/smtp_line.h"

#include "exporter/base/scanner.h"

namespace mta::qmail {
namespace {

// `RIP:RINFO:RPORT`.  RINFO is what the client's ident server said, so an IPv4 address ends at the first
// colon; an IPv6 address (patched tcpserver) is what is left before the last two.
std::string_view AddressIn(std::string_view text) {
  const std::string_view head = text.substr(0, text.find(':'));
  if (head.find('.') != head.npos) return head;
  const size_t port = text.rfind(':');
  if (port == text.npos || port == 0) return {};
  const size_t info = text.rfind(':', port - 1);
  return info == text.npos ? std::string_view{} : text.substr(0, info);
}

}  // namespace

bool ParseClient(std::string_view text, ClientLine& out) {
  Scanner in(text);
  uint64_t pid = 0;
  std::string_view local;
  if (!in.TakeUnsigned(pid) || !in.Take(' ') || !in.TakeUntil(' ', local)) return false;
  if (!in.TakeUntil(':', out.name)) return false;
  out.address = AddressIn(in.rest());
  return !out.address.empty();
}

bool ParseRbl(std::string_view text, RblLine& out) {
  Scanner in(text);
  uint64_t pid = 0;
  if (!in.TakeUntil(' ', out.address) || !in.Take("pid ") || !in.TakeUnsigned(pid) || !in.Take(": ")) {
    return false;
  }
  out.reply = in.rest();
  out.code = in.TakeWhile(IsDigit);
  return out.code.size() == 3 && (in.done() || in.peek() == ' ' || in.peek() == '-');
}

}  // namespace mta::qmail
