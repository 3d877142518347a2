// Addresses and peers as Postfix logs them.
#pragma once

#include <string_view>

#include "exporter/base/scanner.h"

namespace mta::postfix {

// How long the quoted string is that `text` begins with, its quotes included; 0 where it begins with none.
inline size_t QuotedLength(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  size_t quote = 1;
  while (quote < text.size() && text[quote] != '"') quote += text[quote] == '\\' ? 2 : 1;
  return quote < text.size() ? quote + 1 : 0;
}

// Where the address that `text` begins with can end: the position of a `>`.
//
// Since Postfix 3.5 a local part with specials is quoted ("a>b"@c, \" and \\ inside); before, and with
// info_log_address_format=internal, nothing is quoted and `>` may be part of the address.  So a quoted string
// is stepped over, and then every `>` is a candidate: the first one after which the rest of the line has its
// one possible form is the end.  `rest_fits(address, rest)` decides.
template <typename RestFits>
bool SplitAddress(std::string_view text, RestFits rest_fits) {
  size_t from = QuotedLength(text);
  constexpr int kMostCandidates = 64;  // a longer run of `>` is nobody's address
  for (int i = 0; i < kMostCandidates; ++i) {
    const size_t end = text.find('>', from);
    if (end == std::string_view::npos) return false;
    if (rest_fits(text.substr(0, end), text.substr(end + 1))) return true;
    from = end + 1;
  }
  return false;
}

// A client or server: name[address] or name[address]:port.
struct Peer {
  std::string_view name;
  std::string_view address;
};

// Takes N[A] and a port after it, if there is one.
inline bool TakePeer(Scanner& in, Peer& peer) {
  Scanner ahead = in;
  if (!ahead.TakeUntil('[', peer.name) || !ahead.TakeUntil(']', peer.address)) return false;
  if (peer.name.find(' ') != std::string_view::npos) return false;
  if (ahead.rest().size() > 1 && ahead.peek() == ':' && IsDigit(ahead.rest()[1])) {
    ahead.Skip(1);
    ahead.TakeWhile(IsDigit);
  }
  in = ahead;
  return true;
}

}  // namespace mta::postfix
