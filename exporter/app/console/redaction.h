// Redaction: text that may leave the house: no local part of an address, no login, no full client address.
//
// The same person gets the same mask within one run, so that a story can still be followed: bob@example.com
// is user1@example.com wherever it stands.  Domains and relays stay: the other side needs them.  One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace mta {

class Redaction {
 public:
  explicit Redaction(bool on) : on_(on) {}
  bool on() const { return on_; }

  std::string Address(std::string_view address);  // bob@example.com: user1@example.com
  std::string Name(std::string_view name);        // a login: user2
  std::string Client(std::string_view address);   // 192.0.2.7: 192.0.2.x
  std::string ClientName(std::string_view name);  // pc17.example.org: x.example.org
  std::string Text(
      std::string_view text);  // every address, and the value behind sasl_username=, in free text

 private:
  const std::string& Mask(std::string_view person);

  const bool on_;
  std::unordered_map<std::string, std::string> masks_;
};

}  // namespace mta
