// YamlValue and YamlTable: a YAML file read strictly, on yaml-cpp.
//
// Every value knows its place and its key, and whoever cannot use it rejects it there; reading goes on, so
// that all errors of a file are found at once.  One thread.
#pragma once

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/app/config/config_error.h"
#include "exporter/base/result.h"

namespace mta {

class YamlValue {
 public:
  // `errors` must outlive the value.  `at`: the place to name where `node` has none of its own.
  YamlValue(YAML::Node node, const YAML::Mark& at, std::string key, ConfigErrors& errors);

  YamlValue(const YamlValue&) = default;
  // YAML::Node's own assignment would change the document, for all who look at it.
  YamlValue& operator=(const YamlValue& other);

  const std::string& key() const { return key_; }
  int line() const { return mark_.line + 1; }
  void Reject(std::string message) const;
  bool IsTable() const { return node_.IsMap(); }

  // A single value, as `parse` reads it.  False, and rejected, where it is none or `parse` refuses it.
  template <typename T, typename Parsed>
  bool Read(T& out, Result<Parsed> (*parse)(std::string_view)) const {
    const std::optional<std::string_view> text = Scalar();
    if (!text) return false;
    Result<Parsed> parsed = parse(*text);
    if (!parsed) return Reject(parsed.error().message), false;
    out = static_cast<T>(std::move(*parsed));
    return true;
  }
  // One of these words.
  bool ReadWord(std::string& out, const std::vector<std::string>& allowed) const;
  // The values of a list, at most `most`; a list without any is refused unless `may_be_empty`.
  std::vector<YamlValue> ReadList(size_t most, bool may_be_empty = false) const;
  // A list of different single values.  False if any is rejected.
  template <typename T>
  bool ReadListOf(std::vector<T>& out, Result<T> (*parse)(std::string_view), size_t most,
                  bool may_be_empty = false) const;

 private:
  friend class YamlTable;
  std::optional<std::string_view> Scalar() const;
  bool IsList() const { return node_.IsSequence(); }
  // What it is, in words: "a list".
  std::string_view Kind() const;

  YAML::Node node_;
  YAML::Mark mark_;
  std::string key_;
  ConfigErrors* errors_;
};

// A mapping whose keys are known: each is asked for once, then Close() rejects what was not asked for.
class YamlTable {
 public:
  // Rejects a value that is no mapping, a key that stands twice, a key that is no text; the table then lacks
  // them.
  explicit YamlTable(const YamlValue& value);

  // Nothing where the key is not there.  A key without value is rejected.
  std::optional<YamlValue> Find(std::string_view key);
  // All keys, for tables whose keys are names of the user's.
  std::vector<std::pair<std::string, YamlValue>> All() const;
  void Close() const;

  // The key's value read into `out`, which stays as it is where the key is not there.  True: there and good.
  template <typename T, typename Parsed>
  bool Read(std::string_view key, T& out, Result<Parsed> (*parse)(std::string_view)) {
    const auto value = Find(key);
    return value && value->Read(out, parse);
  }

 private:
  struct Entry {
    std::string key;
    YamlValue at;  // the key itself, with the key's name
    YamlValue value;
  };
  YamlValue value_;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;
};

template <typename T>
bool YamlValue::ReadListOf(std::vector<T>& out, Result<T> (*parse)(std::string_view), size_t most,
                           bool may_be_empty) const {
  std::vector<T> read;
  bool good = IsList();
  for (const YamlValue& item : ReadList(most, may_be_empty)) {
    T value{};
    if (!item.Read(value, parse)) {
      good = false;
    } else if (std::find(read.begin(), read.end(), value) != read.end()) {
      item.Reject("stands twice in the list");
      good = false;
    } else {
      read.push_back(std::move(value));
    }
  }
  out = std::move(read);
  return good;
}

}  // namespace mta
