// Login: who may ask, by HTTP's basic authentication.
//
// A password that was right once is remembered (as a keyed hash), so that a scrape costs no bcrypt.  Others
// are checked on a thread of their own.  An address that was wrong ten times has to wait; a remembered
// password never has.  The front's thread only, but for the checker.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "exporter/front/password_checker.h"

namespace mta {

struct Credentials {
  std::string name;
  std::string password;
};

// Of an Authorization header; nothing where it is no basic authentication.
bool ParseBasic(std::string_view authorization, Credentials& out);

// Attempts that failed, by address: ten at once, then one every six seconds.
class FailureLimit {
 public:
  bool MayTry(const std::string& address, int64_t now_ns) const;
  void Failed(const std::string& address, int64_t now_ns);

 private:
  static constexpr size_t kMostAddresses = 4096;
  std::map<std::string, int64_t> paid_until_ns_;  // each failure costs six seconds
};

class Login {
 public:
  enum class Verdict { kWelcome, kAsked, kRefused, kTooMany, kBusy };
  using Users = PasswordChecker::Users;

  // `done(ticket, right)` on the checker's thread; pass it on to Checked().
  explicit Login(PasswordChecker::Done done) : checker_(std::move(done)) {}

  void SetUsers(Users users) { users_ = std::make_shared<const Users>(std::move(users)); }
  bool is_open() const { return users_->empty(); }

  // kAsked: the answer comes by `done`.
  Verdict Ask(uint64_t ticket, std::string_view authorization, const std::string& address, int64_t now_ns);
  // What came by `done`: whether the one who asked may go on.
  bool Checked(uint64_t ticket, bool right, int64_t now_ns);

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Asked {
    Digest digest;
    std::string address;
  };
  Digest DigestOf(const Credentials& credentials) const;

  static constexpr size_t kMostRemembered = 256;
  const Digest key_ = MakeKey();
  std::shared_ptr<const Users> users_ = std::make_shared<const Users>();
  std::set<Digest> remembered_;
  std::map<uint64_t, Asked> asked_;
  FailureLimit failures_;
  PasswordChecker checker_;  // last: ends first

  static Digest MakeKey();
};

}  // namespace mta
