#include "exporter/app/config/describe.h"

#include <fmt/format.h>

namespace mta {
namespace {

std::string Words(std::string_view before, const std::vector<std::string>& words) {
  return words.empty() ? "" : fmt::format(", {} {}", before, fmt::join(words, ", "));
}

}  // namespace

std::string DescribeInput(const Input& input) {
  if (const auto* file = std::get_if<FileInput>(&input)) return "log " + file->log;
  if (const auto* journal = std::get_if<JournalInput>(&input)) {
    const std::string& directory = journal->journal.directory;
    return "journal " + (directory.empty() ? "of this machine" : directory);
  }
  if (const auto* syslog = std::get_if<SyslogInput>(&input))
    return "syslog " + syslog->listener.address.text();
  return "standard input";
}

std::string DescribeSource(const SourceConfig& source) {
  std::string text = fmt::format("{}: {}, mta {}", source.name, DescribeInput(source.input), source.mta);
  if (const auto* file = std::get_if<FileInput>(&source.input))
    text += file->from_beginning ? ", from its beginning" : ", from its end";
  if (const auto* journal = std::get_if<JournalInput>(&source.input))
    text += Words("units", journal->journal.units) + Words("identifiers", journal->journal.identifiers);
  text += Words("instances", source.syslog_names) + Words("hosts", source.hosts);
  if (source.queue) text += ", queue " + *source.queue;
  return text;
}

}  // namespace mta
