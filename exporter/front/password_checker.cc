#include "exporter/front/password_checker.h"

#include <crypt.h>
#include <fmt/core.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <memory>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kMostWaiting = 16;
constexpr size_t kHashSize = 60;
constexpr int kLeastCost = 4;
constexpr int kMostCost = 15;  // seconds; more would be a way to stop all logins

int CostOf(const std::string& hash) {
  return (hash[4] - '0') * 10 + (hash[5] - '0');
}

bool Matches(const std::string& password, const std::string& hash) {
  const auto data = std::make_unique<crypt_data>();
  const char* const made = crypt_r(password.c_str(), hash.c_str(), data.get());
  const bool same = made != nullptr && std::string_view(made).size() == hash.size() &&
                    CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
  OPENSSL_cleanse(data.get(), sizeof *data);
  return same;
}

// Costs what comparing with a hash of that cost does.
void Waste(const std::string& password, int cost) {
  Matches(password, fmt::format("$2y${:02}$abcdefghijklmnopqrstuuJ1F1Zx1Jb0Y8n1m9f2b8m9B7pX3M6ZS", cost));
}

}  // namespace

bool IsBcryptHash(const std::string& hash) {
  const auto in_alphabet = [](char c) { return IsAlnum(c) || c == '.' || c == '/'; };
  if (hash.size() != kHashSize || hash[6] != '$' || !IsDigit(hash[4]) || !IsDigit(hash[5])) return false;
  const std::string prefix = hash.substr(0, 4);
  return (prefix == "$2a$" || prefix == "$2b$" || prefix == "$2y$") && CostOf(hash) >= kLeastCost &&
         CostOf(hash) <= kMostCost && std::all_of(hash.begin() + 7, hash.end(), in_alphabet);
}

// 2^c + 2^c + 2^(c+1) + ... + 2^(m-1) = 2^m: with a hash of cost c, wasting c to m-1 makes it cost m.
bool IsPassword(const PasswordChecker::Users& users, const std::string& name, const std::string& password) {
  int most = kLeastCost;
  for (const auto& [_, hash] : users) most = std::max(most, CostOf(hash));
  const auto user = users.find(name);
  if (user == users.end()) return Waste(password, most), false;
  if (Matches(password, user->second)) return true;
  for (int cost = CostOf(user->second); cost < most; ++cost) Waste(password, cost);
  return false;
}

PasswordChecker::PasswordChecker(Done done) : done_(std::move(done)), thread_([this] { Run(); }) {}

PasswordChecker::~PasswordChecker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool PasswordChecker::Ask(Question question) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(question));
  }
  wake_.notify_one();
  return true;
}

void PasswordChecker::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool right = IsPassword(*question.users, question.name, question.password);
    OPENSSL_cleanse(question.password.data(), question.password.size());
    done_(question.ticket, right);
    lock.lock();
  }
}

}  // namespace mta
