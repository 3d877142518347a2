// The files of the machine, or of a fake one under a root directory in tests, as discovery needs them: small
// configuration files whole, and who is who among logs.  Paths given are those of the machine, without the
// root. Nothing blocks (no named pipe is opened), and what is read is cut at a bound.  One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/env.h"

namespace mta {

class DiscoveryFiles {
 public:
  // Borrows `env`.
  DiscoveryFiles(Env& env, std::string root) : env_(env), root_(std::move(root)) {}
  Env& env() const { return env_; }

  // The path to open: with the root.
  std::string Rooted(std::string_view path) const { return root_ + std::string(path); }
  // A regular file's text, cut at 1 MiB.  A file that is there and may not be read is remembered in
  // refused().
  std::optional<std::string> Read(const std::string& path);
  bool Exists(const std::string& path) const { return Status(path).has_value(); }
  // A directory on the way does not let this process look whether it exists.
  bool IsHidden(const std::string& path) const;
  bool IsDirectory(const std::string& path) const;
  // Since 1970; the smallest number where there is no such file.
  int64_t ModifiedNs(const std::string& path) const;
  // Equal for two names of one file (links, /x//y); the plain path where there is no file yet.
  std::string Identity(const std::string& path) const;
  // What a shell pattern matches, in order of names; only its last part may have wildcards.
  std::vector<std::string> Glob(const std::string& pattern) const;
  // 0, or the errno that reading the file, or listing the directory, meets.
  int Probe(const std::string& path) const;

  // Configuration files that are there but may not be read: rooted path and errno.
  const std::vector<std::pair<std::string, int>>& refused() const { return refused_; }

 private:
  Result<FileStatus> Status(const std::string& path) const { return env_.Status(Rooted(path)); }

  Env& env_;
  const std::string root_;
  std::vector<std::pair<std::string, int>> refused_;
};

}  // namespace mta
