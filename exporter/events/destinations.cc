#include "exporter/events/destinations.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "exporter/base/ascii.h"
#include "exporter/base/hash.h"
#include "exporter/events/label_values.h"

namespace mta {
namespace {

constexpr size_t kLongestDomain = 253;  // RFC 1035

// What a character of a domain becomes: lower case; 0 for one that no domain has.
constexpr std::array<char, 256> MakeDomainCharacters() {
  std::array<char, 256> characters = {};
  for (size_t i = 0; i < characters.size(); ++i) {
    const char c = static_cast<char>(i);
    if (IsAlnum(c) || c == '.' || c == '-' || c == '_' || i >= 0x80) characters[i] = ToLower(c);
  }
  return characters;
}
constexpr std::array<char, 256> kDomainCharacters = MakeDomainCharacters();

// What follows the last @; empty where nothing does.
std::string_view DomainOf(std::string_view recipient) {
  const void* const at = recipient.empty() ? nullptr : memrchr(recipient.data(), '@', recipient.size());
  if (at == nullptr) return {};
  return recipient.substr(static_cast<size_t>(static_cast<const char*>(at) + 1 - recipient.data()));
}

// Lower case, without the trailing dot, in `space`; empty for what no domain can be.
std::string_view Normalise(std::string_view domain, std::array<char, kLongestDomain>& space) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (domain.size() > kLongestDomain) return {};
  bool valid = true;
  for (size_t i = 0; i < domain.size(); ++i) {
    space[i] = kDomainCharacters[static_cast<unsigned char>(domain[i])];
    valid &= space[i] != 0;
  }
  return valid ? std::string_view(space.data(), domain.size()) : std::string_view();
}

bool Matches(std::string_view pattern, std::string_view domain) {
  return pattern.starts_with("*.") ? domain.ends_with(pattern.substr(1)) : domain == pattern;
}

}  // namespace

Destinations::Destinations(MetricStore& store, FamilyId attempts, FamilyId delay, std::string mta,
                           std::string source, DestinationOptions options)
    : store_(store),
      attempts_family_(attempts),
      delay_family_(delay),
      mta_(std::move(mta)),
      source_(std::move(source)),
      options_(std::move(options)) {
  admitted_.reserve(options_.limit);
}

Destinations::Series& Destinations::Of(std::string_view recipient, bool delivered) {
  const std::string_view written = DomainOf(recipient);
  if (written.empty()) {
    if (!local_.delay) local_ = Make("local");
    return local_;
  }
  const uint64_t written_hash = Hash(written);
  if (Series* const* known = handles_.Find(written_hash)) return **known;
  std::array<char, kLongestDomain> space;
  const std::string_view domain = Normalise(written, space);
  if (!domain.empty()) {
    if (Series* series = Lookup(domain, Hash(domain), delivered)) return *(handles_[written_hash] = series);
  }
  if (!other_.delay) other_ = Make("other");
  return other_;
}

// The series of a domain that has or gets its own; nullptr for the rest.
Destinations::Series* Destinations::Lookup(std::string_view domain, uint64_t hash, bool delivered) {
  if (const auto known = admitted_.find(hash); known != admitted_.end()) return &known->second;
  if (const DestinationGroup* group = GroupOf(domain)) {
    return &groups_.try_emplace(group->name, Make(group->name)).first->second;
  }
  if (!delivered || names_.size() >= options_.limit || !Admit(hash)) return nullptr;
  names_.emplace_back(domain);
  return &admitted_.emplace(hash, Make(domain)).first->second;
}

Destinations::Series Destinations::Make(std::string_view label) {
  Series series;
  for (size_t status = 0; status < series.attempts.size(); ++status) {
    series.attempts[status] = store_.Counter(attempts_family_, {mta_, source_, label, kStatusNames[status]});
  }
  series.delay = store_.Histogram(delay_family_, {mta_, source_, label});
  return series;
}

const DestinationGroup* Destinations::GroupOf(std::string_view domain) const {
  for (const DestinationGroup& group : options_.groups) {
    for (const std::string& pattern : group.patterns) {
      if (Matches(pattern, domain)) return &group;
    }
  }
  return nullptr;
}

// True at the domain's third delivered recipient.  Within its set of the table, a domain takes the place of
// the one with the fewest.
bool Destinations::Admit(uint64_t domain_hash) {
  const auto set = std::span(candidates_).subspan((domain_hash % kSets) * kWays, kWays);
  auto mine =
      std::find_if(set.begin(), set.end(), [&](const Candidate& c) { return c.domain == domain_hash; });
  if (mine == set.end()) {
    mine = std::min_element(set.begin(), set.end(),
                            [](const Candidate& a, const Candidate& b) { return a.delivered < b.delivered; });
    *mine = {domain_hash, 0};
  }
  if (++mine->delivered < kAdmission) return false;
  *mine = {};
  return true;
}

void Destinations::Save(ByteWriter& out) const {
  out.Put(static_cast<uint32_t>(names_.size()));
  for (const std::string& name : names_) out.PutBytes(name);
  for (const Candidate& candidate : candidates_) {
    if (candidate.delivered == 0) continue;
    out.Put(candidate.domain);
    out.Put(candidate.delivered);
  }
  out.Put(uint64_t{0});
}

bool Destinations::Restore(ByteReader& in) {
  const auto count = in.Get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    const std::string_view name = in.GetBytes();
    // A smaller limit than when it was saved: the rest joins `other`.  Its old series stay as they are.
    if (!in.ok() || names_.size() >= options_.limit) continue;
    names_.emplace_back(name);
    admitted_.emplace(Hash(name), Make(name));
  }
  while (in.ok()) {
    const auto domain = in.Get<uint64_t>();
    if (domain == 0) break;
    for (auto left = in.Get<uint32_t>(); left > 0 && left < kAdmission; --left) Admit(domain);
  }
  return in.ok();
}

}  // namespace mta
