// Who may read a file, and what would let one who may not.  Any thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "exporter/base/result.h"

namespace mta {

struct LogReader {
  std::string user;  // for the advice: "usermod -aG adm USER"
  uid_t uid = 0;
  std::vector<gid_t> groups = {};  // the effective one and all supplementary ones

  static LogReader ThisProcess();
};

// What owner, group and mode of the path and of every directory above it say; root may all.  ACLs,
// capabilities and security modules are not asked.
bool ModeAllowsReading(const std::string& path, const LogReader& reader);

// Why `path` (a file, or a directory to be listed) cannot be read and what would mend it, in one line without
// a newline:
//   /var/log/mail.log: permission denied (root:adm 0640): run as a member of group adm, e.g. usermod -aG adm
//   mta
// `error` is the errno of the call that failed.
std::string ExplainUnreadable(const std::string& path, int error,
                              const LogReader& reader = LogReader::ThisProcess());

// The same of a file that nobody rotates: a key, a configuration.  What was no lack of permission stays in
// the words of `error`.
std::string ExplainUnreadable(const std::string& path, const Error& error);

}  // namespace mta
