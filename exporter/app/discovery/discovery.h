// Discovery: finds the mail logs of this machine when nobody named any, and the queues of the MTAs that write
// them (docs/discovery.md).
//
// Asks, in this order: Postfix's main.cf (maillog_file), multilog directories of qmail, the rules of the
// syslog daemons, the usual paths, the journal.  Two logs that would carry the same lines are never both
// taken.  Runs once at start-up, on one thread; reads configuration files up to a bound, never throws,
// changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/access.h"
#include "exporter/base/env.h"
#include "exporter/queue/queue_scan.h"

namespace mta {

struct FoundLog {
  std::string path;          // a file, or a multilog directory; with DiscoveryOptions::root
  std::string source_name;   // label `source`, unique among the logs found
  std::string mta = "auto";  // or "qmail" for a multilog directory
  std::string why;           // "rsyslog rule mail.* in /etc/rsyslog.conf", "usual path"
  bool exists = false;       // a log that is only configured is worth waiting for
  bool readable = false;     // by this process and DiscoveryOptions::reader
  std::string problem = {};  // where not readable: one line that names the file, the reason and the fix
};

struct DiscoveryOptions {
  Env& env = Env::Posix();
  std::string root = {};  // in front of every path; empty is the machine itself
  // Asked in addition to this process: may they read it, by owner, group and mode.
  std::optional<LogReader> reader = std::nullopt;
};

struct Discovery {
  std::vector<FoundLog> logs;
  // This machine's journal, where an MTA that logs through syslog is installed and no file gets its lines;
  // the path is only shown.
  std::optional<FoundLog> journal = {};
  // The queues of the MTAs whose logs were found, each with the source of its log; directories that are
  // there.
  std::vector<QueueTarget> queues = {};
  std::vector<std::string>
      notes;                  // what stood in the way: a configuration that cannot be read, a log to stdout
  std::string nothing_found;  // where there is no log: what was looked at, and what would help
};

Discovery DiscoverLogs(const DiscoveryOptions& options = {});

// What was found, in one line: "/var/log/mail.log (rsyslog rule mail.* in /etc/rsyslog.conf), …".
std::string DescribeFound(const Discovery& discovery);

// The name a log gets as a source: its base name without suffix, of a multilog directory (or of the `current`
// in it) the name of the service.  "/var/log/mail.log" is "mail", "/service/qmail-send/log/main"
// "qmail-send".
std::string SourceNameOf(std::string_view path);

// SourceNameOf(path), made different from all in `taken` by the directory's name, else by a number.
std::string UniqueSourceName(std::string_view path, const std::vector<std::string>& taken);

}  // namespace mta
