#include "exporter/app/discovery/qmail.h"

namespace mta {
namespace {

// qmail's own sending and receiving; pop3d and other neighbours write no mail line.
constexpr const char* kServices[] = {"qmail",        "qmail-send",  "qmail-smtpd",      "qmail-smtp",
                                     "qmail-smtps",  "qmail-qmqpd", "qmail-submission", "qmail-smtpsd",
                                     "qmail-smtpsub"};
constexpr const char* kShortServices[] = {"send", "smtpd", "smtp", "smtps", "smtpsd", "submission", "qmqpd"};
constexpr const char* kLogRoots[] = {"/var/log/qmail", "/var/log", "/var/log/multilog", "/var/multilog"};
constexpr const char* kServiceRoots[] = {"/service", "/etc/service", "/var/service", "/var/qmail/supervise"};

// A directory that lets nobody look may be one: who runs us is told what is in the way.
void AddIfMultilog(const DiscoveryFiles& files, const std::string& directory, std::vector<std::string>& out) {
  const std::string current = directory + "/current";
  if (files.IsDirectory(directory) && (files.Exists(current) || files.IsHidden(current)))
    out.push_back(directory);
}

}  // namespace

std::vector<std::string> FindMultilogDirectories(const DiscoveryFiles& files) {
  std::vector<std::string> found;
  for (const char* service : kShortServices)
    AddIfMultilog(files, std::string("/var/log/qmail/") + service, found);
  for (const char* service : kServices) {
    for (const char* root : kLogRoots) AddIfMultilog(files, std::string(root) + "/" + service, found);
    for (const char* root : kServiceRoots)
      AddIfMultilog(files, std::string(root) + "/" + service + "/log/main", found);
  }
  return found;
}

std::string MultilogPlaces() {
  return "/var/log/qmail, /var/log/qmail/*, /var/log/qmail-*, /service/qmail-*/log/main and the like";
}

bool HasQmail(const DiscoveryFiles& files) {
  return files.Exists("/var/qmail/control/me") || files.Exists("/var/qmail/bin/qmail-send");
}

}  // namespace mta
