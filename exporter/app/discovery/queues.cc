#include "exporter/app/discovery/queues.h"

#include <algorithm>

#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr const char* kConfigurations[] = {"/etc/mail/sendmail.cf", "/etc/sendmail.cf",
                                           "/etc/mail/submit.cf"};
constexpr const char* kQmailQueues[] = {"/var/qmail/queue", "/var/lib/qmail/queue", "/var/spool/qmail"};

constexpr auto kIsBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
constexpr auto kIsPath = [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != ','; };

// The path in "O QueueDirectory=/var/spool/mqueue", "OQ/var/spool/mqueue" or "Qgroup, P=/var/spool/mqueue/g";
// empty in any other line.
std::string_view PathInLine(std::string_view line) {
  Scanner in(line);
  std::string_view before;
  if (in.Take("O ")) {
    in.TakeWhile(kIsBlank);
    if (!in.Take("QueueDirectory")) return {};
    in.TakeWhile(kIsBlank);
    if (!in.Take('=')) return {};
  } else if (in.Take("OQ")) {
  } else if (!in.Take('Q') || !in.TakeUntil("P=", before)) {
    return {};
  }
  in.TakeWhile(kIsBlank);
  const std::string_view path = in.TakeWhile(kIsPath);
  return path.starts_with('/') ? path : std::string_view();
}

void DropThoseBelow(std::vector<std::string>& directories) {
  std::ranges::sort(directories);
  const auto is_below = [&](const std::string& directory) {
    return std::ranges::any_of(directories,
                               [&](const std::string& other) { return directory.starts_with(other + "/"); });
  };
  std::vector<std::string> kept;
  for (const std::string& directory : directories) {
    if (!is_below(directory) && (kept.empty() || kept.back() != directory)) kept.push_back(directory);
  }
  directories = std::move(kept);
}

}  // namespace

std::vector<std::string> FindSendmailQueues(DiscoveryFiles& files) {
  std::vector<std::string> directories;
  for (const char* configuration : kConfigurations) {
    const auto text = files.Read(configuration);
    if (!text) continue;
    for (Scanner in(*text); !in.done(); in.Take('\n')) {
      const std::string_view path = PathInLine(in.TakeWhile([](char c) { return c != '\n'; }));
      if (path.empty()) continue;
      for (std::string& directory : files.Glob(std::string(path)))
        directories.push_back(std::move(directory));
    }
  }
  DropThoseBelow(directories);
  return directories;
}

std::vector<std::string> FindQmailQueues(const DiscoveryFiles& files) {
  for (const char* directory : kQmailQueues) {
    if (files.IsDirectory(directory) || files.IsHidden(directory)) return {directory};
  }
  return {};
}

}  // namespace mta
