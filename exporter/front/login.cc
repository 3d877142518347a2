#include "exporter/front/login.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr int64_t kFailureCostNs = 6'000'000'000;
constexpr int64_t kAllowanceNs = 10 * kFailureCostNs;
constexpr int64_t kMostAtOnce = 4;
constexpr size_t kLongestCredentials = 1024;

}  // namespace

bool ParseBasic(std::string_view authorization, Credentials& out) {
  constexpr std::string_view kScheme = "Basic ";
  if (authorization.size() < kScheme.size() || authorization.size() > kLongestCredentials ||
      !EqualsIgnoreCase(authorization.substr(0, kScheme.size()), kScheme))
    return false;
  std::string_view text = authorization.substr(kScheme.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty() || text.size() % 4 != 0) return false;
  std::vector<unsigned char> bytes(text.size() / 4 * 3 + 1);
  const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return false;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;  // decoded as zeros
  const std::string plain(bytes.begin(), bytes.begin() + size - static_cast<int>(padding));
  const size_t colon = plain.find(':');
  if (colon == std::string::npos || plain.find('\0') != std::string::npos) return false;
  out.name = plain.substr(0, colon);
  out.password = plain.substr(colon + 1);
  return true;
}

bool FailureLimit::MayTry(const std::string& address, int64_t now_ns) const {
  const auto known = paid_until_ns_.find(address);
  return known == paid_until_ns_.end() || known->second - now_ns <= kAllowanceNs - kFailureCostNs;
}

void FailureLimit::Failed(const std::string& address, int64_t now_ns) {
  if (paid_until_ns_.size() >= kMostAddresses)
    std::erase_if(paid_until_ns_, [&](const auto& entry) { return entry.second <= now_ns; });
  if (paid_until_ns_.size() >= kMostAddresses) paid_until_ns_.erase(paid_until_ns_.begin());
  int64_t& until = paid_until_ns_[address];
  until = std::max(until, now_ns) + kFailureCostNs;
}

Login::Digest Login::MakeKey() {
  Digest key;
  if (RAND_bytes(key.data(), key.size()) != 1) throw std::runtime_error("no random bytes to be had");
  return key;
}

// With the hash, so that a changed password is another.
Login::Digest Login::DigestOf(const Credentials& credentials) const {
  const auto user = users_->find(credentials.name);
  const std::string text =
      credentials.name + '\0' + (user != users_->end() ? user->second : "") + '\0' + credentials.password;
  Digest digest;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return digest;
}

Login::Verdict Login::Ask(uint64_t ticket, std::string_view authorization, const std::string& address,
                          int64_t now_ns) {
  Credentials credentials;
  if (!ParseBasic(authorization, credentials)) return Verdict::kRefused;
  const Digest digest = DigestOf(credentials);
  if (remembered_.contains(digest)) return Verdict::kWelcome;
  const auto waiting =
      std::ranges::count(asked_, address, [](const auto& entry) { return entry.second.address; });
  // Those that wait count as failed, or an address could try without end before the first verdict.
  if (waiting >= kMostAtOnce || !failures_.MayTry(address, now_ns - waiting * kFailureCostNs))
    return Verdict::kTooMany;
  if (!checker_.Ask({ticket, credentials.name, credentials.password, users_})) return Verdict::kBusy;
  asked_[ticket] = {digest, address};
  return Verdict::kAsked;
}

bool Login::Checked(uint64_t ticket, bool right, int64_t now_ns) {
  const auto asked = asked_.find(ticket);
  if (asked == asked_.end()) return false;
  if (right) {
    if (remembered_.size() >= kMostRemembered) remembered_.erase(remembered_.begin());
    remembered_.insert(asked->second.digest);
  } else {
    failures_.Failed(asked->second.address, now_ns);
  }
  asked_.erase(asked);
  return right;
}

}  // namespace mta
