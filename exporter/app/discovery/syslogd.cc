#include "exporter/app/discovery/syslogd.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/app/discovery/condition.h"
#include "exporter/app/discovery/rsyslog.h"
#include "exporter/app/discovery/selector.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr int kMaxIncludeDepth = 4;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// The rest of "!postfix,sendmail", "!-cron", "!*".
Condition ProgramBlock(std::string_view names) {
  const bool opposite = names.starts_with('-');
  if (opposite || names.starts_with('+')) names.remove_prefix(1);
  if (names == "*" || names.empty()) return {};
  std::vector<std::string> programs;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    programs.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return [programs, opposite](const SampleRecord& record) {
    const bool named = std::find(programs.begin(), programs.end(), record.program) != programs.end();
    return named != opposite ? Truth::kYes : Truth::kNo;
  };
}

class FileReader {
 public:
  FileReader(DiscoveryFiles& files, Block& out) : files_(files), out_(out) {}

  void Read(const std::string& path, int depth) {
    const auto text = files_.Read(path);
    if (!text) return;
    const std::string joined = JoinContinuedLines(*text);
    Condition program;
    Condition host;
    Scanner in(joined);
    while (!in.done()) {
      Scanner line(in.TakeWhile([](char c) { return c != '\n'; }));
      in.Take('\n');
      line.TakeWhile(IsBlank);
      if (line.Take('!') || line.Take("#!")) {
        program = ProgramBlock(Word(line));
      } else if (line.Take('+') || line.Take("#+") || line.peek() == '-') {
        const std::string_view name = Word(line);
        host = name == "*" || name == "@" ? Condition() : Always(Truth::kMaybe);
      } else if (line.Take("include ")) {
        Include(std::string(Word(line)), depth);
      } else if (line.peek() != '#') {
        AddRule(line, AllOf(program, host), path);
      }
    }
  }

 private:
  static std::string_view Word(Scanner& line) {
    line.TakeWhile(IsBlank);
    return line.TakeWhile([](char c) { return !IsBlank(c); });
  }

  void Include(std::string pattern, int depth) {
    if (depth >= kMaxIncludeDepth) return;
    if (files_.IsDirectory(pattern)) pattern += "/*.conf";
    for (const std::string& path : files_.Glob(pattern)) Read(path, depth + 1);
  }

  // mail.info  -/var/log/maillog;RFC5424
  void AddRule(Scanner& line, Condition within, const std::string& file) {
    const std::string_view selector_text = Word(line);
    const auto selector = ParseSelector(selector_text);
    if (!selector) return;
    std::string_view action = Word(line);
    if (action.starts_with('-')) action.remove_prefix(1);
    action = action.substr(0, action.find(';'));
    if (!action.starts_with('/') || action.starts_with("/dev/")) return;
    out_.push_back(
        {.kind = Statement::Kind::kIf,
         .condition = AllOf(std::move(within), SelectorCondition(*selector)),
         .then_block = {{.kind = Statement::Kind::kFile,
                         .text = std::string(action),
                         .why = fmt::format("syslogd rule {} in {}", selector_text, files_.Rooted(file))}}});
  }

  DiscoveryFiles& files_;
  Block& out_;
};

}  // namespace

SyslogRules ReadSyslogd(DiscoveryFiles& files, const std::string& path) {
  SyslogRules rules;
  FileReader(files, rules.main).Read(path, 0);
  return rules;
}

}  // namespace mta
