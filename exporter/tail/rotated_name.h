// What logrotate(8), newsyslog(8), savelog(8), cronolog and Kubernetes make of a log's name:
//
//   mail.log.1  maillog.0.bz2               number, the larger the older
//   mail.log-20261122  mail.log-2026112210  date, logrotate's dateext and any dateformat of digits
//   mail-20261122.log  mail.1.log           logrotate's `extension`; cronolog
//   0.log.20261122-101112.gz                kubelet
//
// Pure functions over file names (without directory).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mta {

struct RotatedName {
  enum class Scheme { kNumber, kDate };
  std::string base;  // the name under which the log was written: mail.log
  Scheme scheme = Scheme::kNumber;
  std::string order;  // within a scheme: sorts as the files were written
};

// Nothing where `name` is no rotated log's.
std::optional<RotatedName> ParseRotatedName(std::string_view name);

// `name` without .gz, .bz2, .xz, .zst.
std::string_view WithoutCompressionSuffix(std::string_view name);

}  // namespace mta
