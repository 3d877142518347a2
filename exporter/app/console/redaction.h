// Redaction: text that may leave the house: no local part of an address, no login, no full client address.
//
// The same person gets the same mask within one run, so that a story can still be followed: bob@example.com
// is user1@example.com wherever it stands.  Who was masked once is known from then on by the local part
// alone, a client by its address or name, and masked so in free text: name them first.  A word that is also a
// name is taken for one.  Domains and relays stay: the other side needs them.  One thread.
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
  std::string Client(std::string_view address);   // 192.0.2.7: 192.0.2.x; this host's loopback stays
  std::string ClientName(std::string_view name);  // pc17.example.org: x.example.org; anna@pc17: user1@pc17
  // Free text: every address, the logins behind their keys, and whoever is known.
  std::string Text(std::string_view text);

 private:
  const std::string& Mask(std::string_view person);
  void Know(std::string_view name, std::string_view mask);
  // Adds `text` with those masked who are known.
  void AddMasked(std::string_view text, std::string& out) const;
  // How long the known name is that begins at `begin`; 0: none does.
  size_t KnownAt(std::string_view text, size_t begin, const std::string*& mask) const;

  const bool on_;
  std::unordered_map<std::string, std::string> masks_;  // by person, in lower case
  std::unordered_map<std::string, std::string> known_;  // by name, likewise
  size_t longest_known_ = 0;
};

}  // namespace mta
