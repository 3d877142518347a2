// How it works: every part of a pattern is filed under one group of three characters in it, the rarest it
// has.  Match() slides over the text three characters at a time and asks a bitmap of 64 Ki bits whether any
// part is filed under them; seldom one is, and only then parts are compared.  Rows behind the best one so far
// are not compared at all.
#include "exporter/events/reason_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kGram = 3;
constexpr size_t kMaxChains = 512;  // rules with a `*`
constexpr uint32_t kBuckets = 4096;

constexpr uint32_t Gram(const char* at) {
  return static_cast<uint32_t>(static_cast<unsigned char>(at[0])) |
         static_cast<uint32_t>(static_cast<unsigned char>(at[1])) << 8 |
         static_cast<uint32_t>(static_cast<unsigned char>(at[2])) << 16;
}
constexpr uint32_t Hash(uint32_t gram) {
  return (gram * 0x9E3779B1u) >> 16;
}

// A host name, an address or a number with dots is one word.
bool WordBegins(std::string_view text, size_t at) {
  if (at == 0) return true;
  const char before = text[at - 1];
  return !IsAlnum(before) && !(before == '.' && at > 1 && IsAlnum(text[at - 2]));
}
bool WordEnds(std::string_view text, size_t end) {
  if (end >= text.size()) return true;
  const char after = text[end];
  return !IsAlnum(after) && !(after == '.' && end + 1 < text.size() && IsAlnum(text[end + 1]));
}

struct Part {
  std::string_view text;
  bool begins_text = false;
  bool begins_word = false;
  bool ends_word = false;
  uint8_t ordinal = 0;  // place in its pattern
  bool last = false;    // of its pattern
  uint8_t gram_at = 0;  // where in `text` the group of three stands under which it is filed
  uint16_t row = 0;
  uint16_t chain = 0;  // index of the state of a pattern with several parts

  bool MatchesAt(std::string_view whole, size_t start) const {
    return whole.size() - start >= text.size() &&
           std::memcmp(whole.data() + start, text.data(), text.size()) == 0 && (!begins_text || start == 0) &&
           (!begins_word || WordBegins(whole, start)) && (!ends_word || WordEnds(whole, start + text.size()));
  }
};

Part MakePart(std::string_view written) {
  Part part;
  part.begins_text = written.starts_with('^');
  part.begins_word = !written.empty() && IsAlnum(written.front());
  if (written.starts_with('~') || written.starts_with('^')) written.remove_prefix(1);
  part.ends_word = written.ends_with('|');
  if (part.ends_word) written.remove_suffix(1);
  part.text = written;
  return part;
}

std::vector<Part> SplitPattern(std::string_view pattern) {
  std::vector<Part> parts;
  while (true) {
    const size_t star = pattern.find('*');
    parts.push_back(MakePart(pattern.substr(0, star)));
    parts.back().ordinal = static_cast<uint8_t>(parts.size() - 1);
    if (star == std::string_view::npos) break;
    pattern.remove_prefix(star + 1);
  }
  parts.back().last = true;
  return parts;
}

// How often a group of three occurs in what mail servers say, judged by the examples.
using GramCount = std::unordered_map<uint32_t, uint32_t>;

void CountGrams(std::string_view text, GramCount& count) {
  for (size_t i = 0; i + kGram <= text.size(); ++i) ++count[Gram(text.data() + i)];
}

uint8_t RarestGram(std::string_view text, const GramCount& count) {
  size_t best = 0;
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i + kGram <= text.size(); ++i) {
    const uint32_t n = count.at(Gram(text.data() + i));
    if (n < least) {
      least = n;
      best = i;
    }
  }
  return static_cast<uint8_t>(best);
}

bool StatusFits(std::string_view wanted, std::string_view status) {
  if (wanted.empty()) return true;
  return wanted.ends_with('.') ? status.starts_with(wanted) : status == wanted;
}

}  // namespace

struct ReasonRules::Compiled {
  std::vector<const ReasonRule*> rows;
  std::vector<Part> parts;                          // by bucket
  std::array<uint16_t, kBuckets + 1> bucket_begin;  // into parts
  std::array<uint64_t, 1024> filed;                 // bit h: some part's group of three hashes to h

  bool IsFiled(uint32_t hash) const { return (filed[hash >> 6] >> (hash & 63) & 1) != 0; }
  std::span<const Part> Bucket(uint32_t hash) const {
    const uint32_t b = hash >> 4;
    return {parts.data() + bucket_begin[b], parts.data() + bucket_begin[b + 1]};
  }
  uint32_t HashOf(const Part& part) const { return Hash(Gram(part.text.data() + part.gram_at)); }
};

ReasonRules::ReasonRules(std::span<const ReasonTable> tables) {
  auto compiled = std::make_unique<Compiled>();
  GramCount count;
  uint16_t chains = 0;
  for (const ReasonTable table : tables) {
    for (const ReasonRule& rule : table) {
      CountGrams(ReasonText(rule.example).view(), count);
      auto parts = SplitPattern(rule.pattern);
      for (Part& part : parts) {
        CountGrams(part.text, count);
        part.row = static_cast<uint16_t>(compiled->rows.size());
        part.chain = chains;
        compiled->parts.push_back(part);
      }
      if (parts.size() > 1) ++chains;
      compiled->rows.push_back(&rule);
    }
  }
  auto& parts = compiled->parts;
  for (Part& part : parts) part.gram_at = RarestGram(part.text, count);
  std::ranges::stable_sort(parts, {}, [&](const Part& part) { return compiled->HashOf(part); });
  compiled->filed.fill(0);
  compiled->bucket_begin.fill(0);
  for (const Part& part : parts) {
    const uint32_t hash = compiled->HashOf(part);
    compiled->filed[hash >> 6] |= uint64_t{1} << (hash & 63);
    ++compiled->bucket_begin[(hash >> 4) + 1];
  }
  for (size_t b = 0; b < kBuckets; ++b) {
    compiled->bucket_begin[b + 1] =
        static_cast<uint16_t>(compiled->bucket_begin[b + 1] + compiled->bucket_begin[b]);
  }
  compiled_ = std::move(compiled);
}

ReasonRules::~ReasonRules() = default;

namespace {

// How far the patterns of several parts have come: the parts found so far, and where the last of them ended.
class Chains {
 public:
  // True where `part`, which begins at `start`, completes its pattern.
  bool Advance(const Part& part, size_t start) {
    if (part.ordinal == 0 && part.last) return true;
    State& state = states_[part.chain];
    if (part.ordinal != state.found || start < state.end) return false;
    ++state.found;
    state.end = static_cast<uint16_t>(start + part.text.size());
    return part.last;
  }

 private:
  struct State {
    uint16_t found = 0;
    uint16_t end = 0;
  };
  std::array<State, kMaxChains> states_ = {};
};

}  // namespace

const ReasonRule* ReasonRules::Match(const ReasonText& text, std::string_view enhanced_status,
                                     std::string_view code) const {
  const std::string_view whole = text.view();
  Chains chains;
  size_t best = compiled_->rows.size();
  for (size_t i = 0; i + kGram <= whole.size(); ++i) {
    const uint32_t hash = Hash(Gram(whole.data() + i));
    if (!compiled_->IsFiled(hash)) continue;
    for (const Part& part : compiled_->Bucket(hash)) {
      if (part.row >= best || part.gram_at > i || !part.MatchesAt(whole, i - part.gram_at)) continue;
      const ReasonRule& rule = *compiled_->rows[part.row];
      if (!StatusFits(rule.status, enhanced_status) || !code.starts_with(rule.code)) continue;
      if (chains.Advance(part, i - part.gram_at)) best = part.row;
    }
  }
  return best < compiled_->rows.size() ? compiled_->rows[best] : nullptr;
}

size_t ReasonRules::memory_bytes() const {
  return sizeof(Compiled) + compiled_->rows.capacity() * sizeof(void*) +
         compiled_->parts.capacity() * sizeof(Part);
}

}  // namespace mta
