// How it works: every part of a pattern is filed under one group of three characters in it, the rarest it
// has.  Match() slides over the text three characters at a time and asks a bitmap of 64 Ki bits whether any
// part is filed under them; seldom one is, and only then parts are compared.  Rows behind the best one so far
// are not compared at all.
#include "exporter/events/reason_rules.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kGram = 3;
constexpr size_t kMaxChains = 512;  // patterns with a `*`
constexpr uint32_t kBuckets = 4096;

// Three characters as a number.
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

// What stands between two `*` of a pattern, and how.  Many patterns share their parts.
struct Part {
  std::string_view text;
  bool begins_text = false;
  bool begins_word = false;
  bool ends_word = false;

  bool operator==(const Part&) const = default;

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
  assert(part.text.size() >= kGram);
  return part;
}

std::vector<Part> SplitPattern(std::string_view pattern) {
  std::vector<Part> parts;
  while (true) {
    const size_t star = pattern.find('*');
    parts.push_back(MakePart(pattern.substr(0, star)));
    if (star == std::string_view::npos) return parts;
    pattern.remove_prefix(star + 1);
  }
}

// A part's place in one pattern.
struct Use {
  uint16_t row = 0;
  uint16_t chain = 0;   // among the patterns of several parts
  uint8_t ordinal = 0;  // in its pattern
  bool last = false;    // in its pattern
};

// A part where it is filed, with all its uses.
struct FiledPart {
  Part part;
  uint32_t gram = 0;           // the three characters under which it is filed
  uint32_t gram_at = 0;        // where in its text they stand
  std::vector<Use> uses = {};  // by row
};

// How often three characters occur in what mail servers say, judged by the examples and the patterns.
class GramCount {
 public:
  void Add(std::string_view text) {
    for (size_t i = 0; i + kGram <= text.size(); ++i) ++count_[Gram(text.data() + i)];
  }
  uint32_t Rarest(std::string_view text) const {
    size_t best = 0;
    for (size_t i = 1; i + kGram <= text.size(); ++i) {
      if (count_.at(Gram(text.data() + i)) < count_.at(Gram(text.data() + best))) best = i;
    }
    return static_cast<uint32_t>(best);
  }

 private:
  std::unordered_map<uint32_t, uint32_t> count_;
};

bool ConditionsFit(const ReasonRule& rule, std::string_view status, std::string_view code) {
  const bool status_fits =
      rule.status.ends_with('.') ? status.starts_with(rule.status) : status == rule.status;
  return (rule.status.empty() || status_fits) && code.starts_with(rule.code);
}

}  // namespace

struct ReasonRules::Compiled {
  std::vector<const ReasonRule*> rows;
  std::vector<FiledPart> parts;                          // by the hash of their gram
  std::array<uint16_t, kBuckets + 1> bucket_begin = {};  // into parts
  std::array<uint64_t, 1024> filed = {};                 // bit h: the gram of some part hashes to h
  size_t chains = 0;

  void Add(const ReasonRule& rule) {
    const std::vector<Part> split = SplitPattern(rule.pattern);
    for (size_t i = 0; i < split.size(); ++i) {
      UsesOf(split[i]).push_back({.row = static_cast<uint16_t>(rows.size()),
                                  .chain = static_cast<uint16_t>(chains),
                                  .ordinal = static_cast<uint8_t>(i),
                                  .last = i + 1 == split.size()});
    }
    if (split.size() > 1) ++chains;
    assert(chains <= kMaxChains);
    rows.push_back(&rule);
  }

  std::vector<Use>& UsesOf(const Part& part) {
    auto it = std::ranges::find(parts, part, &FiledPart::part);
    if (it == parts.end()) it = parts.insert(it, FiledPart{.part = part});
    return it->uses;
  }

  void File(const GramCount& count) {
    for (FiledPart& filed_part : parts) {
      filed_part.gram_at = count.Rarest(filed_part.part.text);
      filed_part.gram = Gram(filed_part.part.text.data() + filed_part.gram_at);
    }
    std::ranges::stable_sort(parts, {}, [](const FiledPart& part) { return Hash(part.gram); });
    for (const FiledPart& part : parts) {
      const uint32_t hash = Hash(part.gram);
      filed[hash >> 6] |= uint64_t{1} << (hash & 63);
      ++bucket_begin[(hash >> 4) + 1];
    }
    for (size_t b = 0; b < kBuckets; ++b) {
      bucket_begin[b + 1] = static_cast<uint16_t>(bucket_begin[b + 1] + bucket_begin[b]);
    }
  }

  bool IsFiled(uint32_t hash) const { return (filed[hash >> 6] >> (hash & 63) & 1) != 0; }
  std::span<const FiledPart> Bucket(uint32_t hash) const {
    return {parts.data() + bucket_begin[hash >> 4], parts.data() + bucket_begin[(hash >> 4) + 1]};
  }
};

ReasonRules::ReasonRules(std::span<const ReasonTable> tables) {
  auto compiled = std::make_unique<Compiled>();
  GramCount count;
  for (const ReasonTable table : tables) {
    for (const ReasonRule& rule : table) {
      compiled->Add(rule);
      count.Add(ReasonText(rule.example).view());
    }
  }
  for (const FiledPart& filed : compiled->parts) count.Add(filed.part.text);
  compiled->File(count);
  compiled_ = std::move(compiled);
}

ReasonRules::~ReasonRules() = default;

namespace {

// How far the patterns of several parts have come.
class Chains {
 public:
  explicit Chains(size_t count) { std::memset(states_.data(), 0, count * sizeof(State)); }

  // Takes a part of a pattern that was found from `start` to `end`; true where the pattern is complete.
  bool Advance(const Use& use, size_t start, size_t end) {
    if (use.ordinal == 0 && use.last) return true;
    State& state = states_[use.chain];
    if (use.ordinal != state.found || start < state.end) return false;
    ++state.found;
    state.end = static_cast<uint16_t>(end);
    return use.last;
  }

 private:
  struct State {
    uint16_t found;  // parts
    uint16_t end;    // of the last of them
  };
  std::array<State, kMaxChains> states_;  // only the first are used, and set
};

}  // namespace

const ReasonRule* ReasonRules::Match(const ReasonText& text, std::string_view enhanced_status,
                                     std::string_view code) const {
  const std::string_view whole = text.view();
  const Compiled& compiled = *compiled_;
  Chains chains(compiled.chains);
  size_t best = compiled.rows.size();
  if (whole.size() < kGram) return nullptr;
  uint32_t gram = Gram(whole.data()) << 8;
  for (size_t i = 0; i + kGram <= whole.size(); ++i) {
    gram = gram >> 8 | static_cast<uint32_t>(static_cast<unsigned char>(whole[i + 2])) << 16;
    const uint32_t hash = Hash(gram);
    if (!compiled.IsFiled(hash)) continue;
    for (const FiledPart& filed : compiled.Bucket(hash)) {
      if (filed.gram != gram || filed.gram_at > i || filed.uses.front().row >= best) continue;
      const size_t start = i - filed.gram_at;
      if (!filed.part.MatchesAt(whole, start)) continue;
      for (const Use& use : filed.uses) {
        if (use.row >= best) break;
        const bool complete = chains.Advance(use, start, start + filed.part.text.size());
        if (complete && ConditionsFit(*compiled.rows[use.row], enhanced_status, code)) best = use.row;
      }
    }
  }
  return best < compiled.rows.size() ? compiled.rows[best] : nullptr;
}

size_t ReasonRules::memory_bytes() const {
  size_t bytes = sizeof(Compiled) + compiled_->rows.capacity() * sizeof(void*) +
                 compiled_->parts.capacity() * sizeof(FiledPart);
  for (const FiledPart& filed : compiled_->parts) bytes += filed.uses.capacity() * sizeof(Use);
  return bytes;
}

}  // namespace mta
