#include "exporter/app/config/yaml_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace mta {
namespace {

constexpr size_t kLargestFile = 1 << 20;

void ReadDocuments(const std::vector<YAML::Node>& documents, ConfigErrors& errors, const ReadRoot& read) {
  if (documents.empty() || documents.front().IsNull()) return;  // nothing but comments
  read(YamlValue(documents.front(), YAML::Mark(), "", errors));
  if (documents.size() > 1)
    YamlValue(documents[1], YAML::Mark(), "", errors).Reject("a second document (`---`): the file is one");
}

// A tab at the beginning of a line looks right and is wrong, and the parser's words do not say so.
bool IsIndentedByTab(const std::string& yaml, const YAML::Mark& mark) {
  const auto at = static_cast<size_t>(std::clamp(mark.pos, 0, static_cast<int>(yaml.size())));
  const size_t end_before = at == 0 ? yaml.npos : yaml.rfind('\n', at - 1);
  const size_t begin = end_before == yaml.npos ? 0 : end_before + 1;
  const size_t text = yaml.find_first_not_of(" \t", begin);
  return yaml.substr(begin, text == yaml.npos ? text : text - begin).find('\t') != yaml.npos;
}

ConfigError NotYaml(const YAML::Exception& error, const std::string& yaml) {
  const YAML::Mark mark = error.mark.is_null() ? YAML::Mark() : error.mark;
  const bool tab = IsIndentedByTab(yaml, mark);
  return {mark.line + 1, mark.column + 1, "",
          fmt::format("not YAML: {}{}", error.msg, tab ? " (indent by blanks: there is a tab)" : "")};
}

}  // namespace

std::vector<ConfigError> ReadYaml(const std::string& yaml, const ReadRoot& read) {
  ConfigErrors errors;
  try {
    ReadDocuments(YAML::LoadAll(yaml), errors, read);
  } catch (const YAML::Exception& error) {
    errors.Add(NotYaml(error, yaml));
  }
  return errors.Take();
}

Result<std::string> ReadConfigText(Env& env, const std::string& path) {
  const Result<std::unique_ptr<File>> file = env.OpenRegular(path);
  if (!file) return tl::unexpected(file.error());
  std::string text;
  while (true) {
    const size_t before = text.size();
    text.resize(before + (64 << 10));
    const Result<size_t> got = (*file)->Read(text.data() + before, text.size() - before);
    if (!got) return tl::unexpected(got.error());
    text.resize(before + *got);
    if (*got == 0) return text;
    if (text.size() > kLargestFile) return Fail(path + ": larger than 1 MiB, this is no configuration file");
  }
}

Outcome Judge(const std::string& path, const std::vector<ConfigError>& errors) {
  if (errors.empty()) return {};
  std::string message;
  for (const ConfigError& error : errors) message += (message.empty() ? "" : "\n") + error.Text(path);
  return Fail(message);
}

}  // namespace mta
