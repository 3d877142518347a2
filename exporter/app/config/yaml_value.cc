#include "exporter/app/config/yaml_value.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/app/config/near_miss.h"

namespace mta {
namespace {

std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 60;
  return fmt::format("\"{}{}\"", text.substr(0, kShown), text.size() > kShown ? "…" : "");
}

std::string AllowedOf(std::string_view word, const std::vector<std::string>& allowed) {
  const std::string guess = DidYouMean(word, allowed);
  return fmt::format("{}{}allowed: {}", guess, guess.empty() ? "" : " ", fmt::join(allowed, ", "));
}

}  // namespace

YamlValue::YamlValue(YAML::Node node, const YAML::Mark& at, std::string key, ConfigErrors& errors)
    : node_(std::move(node)), mark_(node_.Mark()), key_(std::move(key)), errors_(&errors) {
  if (mark_.is_null() || node_.IsNull()) mark_ = at;
}

YamlValue& YamlValue::operator=(const YamlValue& other) {
  node_.reset(other.node_);
  mark_ = other.mark_;
  key_ = other.key_;
  errors_ = other.errors_;
  return *this;
}

void YamlValue::Reject(std::string message) const {
  errors_->Add({mark_.line + 1, mark_.column + 1, key_, std::move(message)});
}

std::string_view YamlValue::Kind() const {
  switch (node_.Type()) {
    case YAML::NodeType::Scalar:
      return "a single value";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a table of keys";
    default:
      return "nothing";
  }
}

std::optional<std::string_view> YamlValue::Scalar() const {
  if (node_.IsScalar()) return node_.Scalar();
  Reject(fmt::format("must be a single value, not {}", Kind()));
  return std::nullopt;
}

bool YamlValue::ReadWord(std::string& out, const std::vector<std::string>& allowed) const {
  const auto text = Scalar();
  if (!text) return false;
  if (std::find(allowed.begin(), allowed.end(), *text) == allowed.end()) {
    Reject(fmt::format("{} is not known; {}", Quoted(*text), AllowedOf(*text, allowed)));
    return false;
  }
  out = *text;
  return true;
}

std::vector<YamlValue> YamlValue::ReadList(size_t most, bool may_be_empty) const {
  std::vector<YamlValue> items;
  if (!IsList()) {
    Reject(fmt::format("must be a list, not {}", Kind()));
  } else if (node_.size() > most) {
    Reject(fmt::format("has {} items, more than the {} there may be", node_.size(), most));
  } else if (node_.size() == 0 && !may_be_empty) {
    Reject("is an empty list: remove the key, or put something into it");
  } else {
    for (const YAML::Node& item : node_)
      items.emplace_back(item, mark_, fmt::format("{}[{}]", key_, items.size()), *errors_);
  }
  return items;
}

YamlTable::YamlTable(const YamlValue& value) : value_(value) {
  if (!value.IsTable()) {
    value.Reject(fmt::format("must be a table of keys, not {}", value.Kind()));
    return;
  }
  for (const auto& entry : value.node_) {
    const YAML::Node& key = entry.first;
    const std::string name = key.IsScalar() ? key.Scalar() : "";
    const std::string path = value.key_.empty() ? name : value.key_ + "." + name;
    const YamlValue at(key, value.mark_, path, *value.errors_);
    if (!key.IsScalar()) {
      at.Reject("a key must be a word");
    } else if (std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == name; })) {
      at.Reject("this key stands twice");
    } else {
      entries_.push_back(Entry{name, at, YamlValue(entry.second, at.mark_, path, *value.errors_)});
    }
  }
}

std::optional<YamlValue> YamlTable::Find(std::string_view key) {
  known_.emplace_back(key);
  for (const Entry& entry : entries_) {
    if (entry.key != key) continue;
    if (!entry.value.node_.IsNull()) return entry.value;
    entry.at.Reject("has no value: remove the key, or give it one");
    return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, YamlValue>> YamlTable::All() const {
  std::vector<std::pair<std::string, YamlValue>> all;
  for (const Entry& entry : entries_) all.emplace_back(entry.key, entry.value);
  return all;
}

void YamlTable::Close() const {
  for (const Entry& entry : entries_) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    entry.at.Reject("unknown key; " + AllowedOf(entry.key, known_));
  }
}

}  // namespace mta
