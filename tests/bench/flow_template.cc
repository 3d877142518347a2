#include "tests/bench/flow_template.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>

namespace mta::bench {
namespace {

const std::map<std::string_view, Field> kFields = {
    {"qid", Field::kQueueId},        {"pid", Field::kPid},
    {"user", Field::kUser},          {"domain", Field::kDomain},
    {"ip", Field::kAddress},         {"size", Field::kSize},
    {"port", Field::kPort},          {"hex", Field::kHex},
    {"delivery", Field::kDelivery},  {"fast", Field::kFastDelay},
    {"slow", Field::kSlowDelay},     {"+local", Field::kLocalBegins},
    {"-local", Field::kLocalEnds},   {"+remote", Field::kRemoteBegins},
    {"-remote", Field::kRemoteEnds}, {"local", Field::kLocalOpen},
    {"remote", Field::kRemoteOpen},
};

std::optional<Field> FieldOf(std::string_view name) {
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);
  const auto found = kFields.find(name);
  return found == kFields.end() ? std::nullopt : std::optional(found->second);
}

// Numbers the values of one flow: the same name is the same value.
using Slots = std::map<std::string, uint8_t, std::less<>>;

uint8_t SlotOf(std::string_view name, Slots& slots) {
  return slots.try_emplace(std::string(name), static_cast<uint8_t>(slots.size())).first->second;
}

bool IsDeliveryResult(std::string_view text) {
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  return (has(" to=") && (has(" status=") || has(" stat="))) || text.starts_with("delivery {");
}

Result<Line> ParseLine(std::string_view text, Slots& slots) {
  Line line;
  line.delivery = IsDeliveryResult(text);
  while (!text.empty()) {
    const size_t open = std::min(text.find('{'), text.size());
    if (open > 0) line.parts.push_back({Field::kText, 0, std::string(text.substr(0, open))});
    text.remove_prefix(open);
    if (text.empty()) break;
    const size_t close = text.find('}');
    const std::string_view name = text.substr(1, close == text.npos ? close : close - 1);
    const std::optional<Field> field = FieldOf(name);
    if (close == text.npos || !field) return Fail(fmt::format("unknown field {{{}}}", name));
    const bool kept = *field <= kLastFlowField;
    line.parts.push_back({*field, kept ? SlotOf(name, slots) : uint8_t{0}, {}});
    text.remove_prefix(close + 1);
  }
  return line;
}

// `== NAME weight=N`
Result<Flow> ParseHead(std::string_view text) {
  constexpr std::string_view kWeight = " weight=";
  const size_t at = text.find(kWeight);
  if (at == text.npos) return Fail("a flow begins with `== NAME weight=N`");
  Flow flow;
  flow.name = text.substr(3, at - 3);
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + at + kWeight.size(), end, flow.weight);
  if (error != std::errc() || rest != end || flow.weight == 0) return Fail("weight must be a number from 1");
  return flow;
}

}  // namespace

Result<std::vector<Flow>> ReadFlows(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Fail(fmt::format("{}: cannot be read", path));
  std::vector<Flow> flows;
  Slots slots;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    const auto fail = [&](std::string_view why) { return Fail(fmt::format("{}:{}: {}", path, number, why)); };
    if (text.empty() || text.starts_with("#")) continue;
    if (text.starts_with("== ")) {
      auto flow = ParseHead(text);
      if (!flow) return fail(flow.error().message);
      flows.push_back(std::move(*flow));
      slots.clear();
      continue;
    }
    if (flows.empty()) return fail("a line before the first flow");
    auto line = ParseLine(text, slots);
    if (!line) return fail(line.error().message);
    flows.back().lines.push_back(std::move(*line));
    flows.back().slots = static_cast<uint8_t>(slots.size());
  }
  for (const Flow& flow : flows) {
    if (flow.lines.empty()) return Fail(fmt::format("{}: flow \"{}\" has no lines", path, flow.name));
  }
  if (flows.empty()) return Fail(fmt::format("{}: no flows", path));
  return flows;
}

}  // namespace mta::bench
