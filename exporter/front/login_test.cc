#include "exporter/front/login.h"

#include <time.h>

#include <algorithm>
#include <future>
#include <vector>

#include "catch.h"

namespace mta {
namespace {

// "s3cret", by `htpasswd -nbBC COST x s3cret`.
const std::string kCost4 = "$2y$04$N9qo8uLOickgx2ZMRZoMyexct2DkrOPRqiVFVmLL6mXAceQb5Y9NO";
const std::string kCost6 = "$2y$06$N9qo8uLOickgx2ZMRZoMyeHXvofCRB.nUT7KB0FNaum.aQvfyDyoO";

constexpr int64_t kSecond = 1'000'000'000;

double CpuSeconds(const PasswordChecker::Users& users, const char* name, const char* password) {
  std::vector<double> took;
  for (int i = 0; i < 5; ++i) {
    timespec before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    IsPassword(users, name, password);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    took.push_back(static_cast<double>(after.tv_sec - before.tv_sec) +
                   1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec));
  }
  return *std::ranges::min_element(took);
}

TEST_CASE("a hash is of bcrypt, and of no cost that stops all logins") {
  CHECK(IsBcryptHash(kCost4));
  CHECK(IsBcryptHash(kCost6));
  for (const std::string& bad : {std::string(), std::string("s3cret"), kCost4 + "x", "$1" + kCost4.substr(2),
                                 "$2y$20$" + kCost4.substr(7), "$2y$03$" + kCost4.substr(7),
                                 "$2y$0x$" + kCost4.substr(7), kCost4.substr(0, 59) + ":"})
    CHECK_FALSE(IsBcryptHash(bad));
}

TEST_CASE("passwords are compared") {
  const PasswordChecker::Users users = {{"cheap", kCost4}, {"dear", kCost6}};
  CHECK(IsPassword(users, "cheap", "s3cret"));
  CHECK(IsPassword(users, "dear", "s3cret"));
  for (const char* wrong : {"", "S3cret", "s3cret ", "s3cre"}) CHECK_FALSE(IsPassword(users, "dear", wrong));
  CHECK_FALSE(IsPassword(users, "nobody", "s3cret"));
  CHECK_FALSE(IsPassword({}, "nobody", ""));
}

TEST_CASE("an unknown name costs what a wrong password does, whatever the hash") {
  const PasswordChecker::Users users = {{"cheap", kCost4}, {"dear", kCost6}};
  const double unknown = CpuSeconds(users, "nobody", "x");
  for (const char* name : {"cheap", "dear"}) {
    const double wrong = CpuSeconds(users, name, "x");
    INFO(name << ": " << wrong << " s, unknown " << unknown << " s");
    CHECK(wrong > 0.8 * unknown);
    CHECK(wrong < 1.25 * unknown);
  }
}

TEST_CASE("basic authentication is read") {
  Credentials read;
  REQUIRE(ParseBasic("Basic dXNlcjpwYTpzcw==", read));
  CHECK(read.name == "user");
  CHECK(read.password == "pa:ss");
  REQUIRE(ParseBasic("bAsIc  dTo=", read));
  CHECK(read.name == "u");
  CHECK(read.password.empty());
  for (const char* bad : {"", "Basic", "Basic ", "Basic dXNlcg==", "Bearer dXNlcjpwYTpzcw==",
                          "Basic dXNlcjpwYTpzcw", "Basic ****", "Basic dTo=AAAA", "Basic ADo="}) {
    INFO(bad);
    CHECK_FALSE(ParseBasic(bad, read));
  }
  CHECK_FALSE(ParseBasic("Basic " + std::string(2000, 'A'), read));
}

TEST_CASE("ten failures, then one every six seconds, by address") {
  FailureLimit limit;
  for (int i = 0; i < 10; ++i) {
    CHECK(limit.MayTry("a", 0));
    limit.Failed("a", 0);
  }
  CHECK_FALSE(limit.MayTry("a", 0));
  CHECK(limit.MayTry("b", 0));
  CHECK_FALSE(limit.MayTry("a", 5 * kSecond));
  CHECK(limit.MayTry("a", 6 * kSecond));
  limit.Failed("a", 6 * kSecond);
  CHECK_FALSE(limit.MayTry("a", 6 * kSecond));
  for (int i = 0; i < 10'000; ++i) limit.Failed(std::to_string(i), 0);  // bounded
  CHECK(limit.MayTry("a", 100 * kSecond));
}

// Asks, and waits for the checker where it is asked.
class Asker {
 public:
  Login::Verdict Ask(std::string_view authorization, int64_t now_ns = 0) {
    answer_ = {};
    const Login::Verdict verdict = login.Ask(++ticket_, authorization, "192.0.2.7", now_ns);
    if (verdict != Login::Verdict::kAsked) return verdict;
    const bool right = answer_.get_future().get();
    return login.Checked(ticket_, right, now_ns) ? Login::Verdict::kWelcome : Login::Verdict::kRefused;
  }

 private:
  std::promise<bool> answer_;
  uint64_t ticket_ = 0;

 public:
  Login login{[this](uint64_t, bool right) { answer_.set_value(right); }};
};

TEST_CASE("a right password is remembered, and failures of others do not shut it out") {
  constexpr const char* kRight = "Basic dXNlcjpzM2NyZXQ=";  // user:s3cret
  constexpr const char* kWrong = "Basic dXNlcjpndWVzcw==";  // user:guess
  Asker asker;
  CHECK(asker.login.is_open());
  asker.login.SetUsers({{"user", kCost4}});
  CHECK_FALSE(asker.login.is_open());
  CHECK(asker.Ask("") == Login::Verdict::kRefused);
  CHECK(asker.Ask(kRight) == Login::Verdict::kWelcome);
  for (int i = 0; i < 10; ++i) CHECK(asker.Ask(kWrong) == Login::Verdict::kRefused);
  CHECK(asker.Ask(kWrong) == Login::Verdict::kTooMany);
  CHECK(asker.Ask(kRight) == Login::Verdict::kWelcome);
  asker.login.SetUsers({{"user", kCost6}});  // the hash is another: what was remembered is worth nothing
  CHECK(asker.Ask(kRight) == Login::Verdict::kTooMany);
  CHECK(asker.Ask(kRight, 100 * kSecond) == Login::Verdict::kWelcome);
}

}  // namespace
}  // namespace mta
