// Where the Postfix instances of this machine log and queue: main.cf of the default instance and of those it
// names in multi_instance_directories.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/discovery/files.h"

namespace mta {

struct PostfixInstance {
  std::string config_file = {};   // /etc/postfix/main.cf
  std::string syslog_name = {};   // postfix, postfix-out
  int facility = 0;               // of syslog_facility
  std::string maillog_file = {};  // empty: it logs through syslog
  std::string queue_directory = {};
};

// The value of a parameter as Postfix would use it: continuation lines, the last definition, $name, ${name},
// $(name), ${name?text}, ${name:text}, ${name?{text}:{text}}.
std::vector<PostfixInstance> FindPostfixInstances(DiscoveryFiles& files);

}  // namespace mta
