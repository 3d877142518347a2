#include "exporter/app/config/yaml_file.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "exporter/base/access.h"

namespace mta {
namespace {

constexpr size_t kLargestFile = 1 << 20;

// Where the document that is parsed begins.
class DocumentStart : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& at) override { mark = at; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}

  YAML::Mark mark;
};

// Where the second document begins, if there is one.  yaml-cpp's LoadAll() reads a stray token as one empty
// document after the other, until memory ends.
std::optional<YAML::Mark> SecondDocument(const std::string& yaml) {
  std::istringstream stream(yaml);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return std::nullopt;
  return start.mark;
}

void ReadDocument(const std::string& yaml, ConfigErrors& errors, const ReadRoot& read) {
  const std::optional<YAML::Mark> second = SecondDocument(yaml);
  const YAML::Node first = YAML::Load(yaml);
  if (!first.IsNull()) read(YamlValue(first, YAML::Mark(), "", errors));  // null: nothing but comments
  if (second)
    errors.Add({second->line + 1, second->column + 1, "",
                "stray text, or a second document (`---`): the file is one table of keys"});
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
    ReadDocument(yaml, errors, read);
  } catch (const YAML::Exception& error) {
    errors.Add(NotYaml(error, yaml));
  }
  return errors.Take();
}

Result<std::string> ReadConfigText(Env& env, const std::string& path) {
  const Result<std::unique_ptr<File>> file = env.OpenRegular(path);
  if (!file) return Fail(ExplainUnreadable(path, file.error()));
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
