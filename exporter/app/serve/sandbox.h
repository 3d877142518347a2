// Sandbox: what this thread, and every thread it starts from here on, may still do: read the logs and what
// configures the program, write its state, and talk to clients.
//
// Three layers of the kernel, each applied where there is one: no new privileges; Landlock for files;
// seccomp, which refuses what a log reader never needs (running programs, tracing, mounting, other users'
// rights). None of them can be lifted again, not even by running the program anew.  The thread that waits for
// signals is started before and stays outside: it reads nothing from anybody, and it can replace the process
// where a reload needs files that the sandbox does not cover.
#pragma once

#include <string>
#include <vector>

#include "exporter/base/logger.h"

namespace mta {

struct SandboxPaths {
  std::vector<std::string> read;   // files and directories, with all below them
  std::vector<std::string> write;  // directories, likewise; read, too
};

// What must stay readable so that the log `path` (a file, a pattern or a directory) can be followed through
// rotations: its directory; of a pattern, the last one without a wildcard.  Symbolic links give two.
std::vector<std::string> DirectoriesOf(const std::string& path);

class Sandbox {
 public:
  // For the calling thread, once.  Says in the log what could be applied and what not.
  static Sandbox Enter(const SandboxPaths& paths, Logger& logger);
  // As if the kernel had nothing to offer: everything is covered.
  static Sandbox None() { return Sandbox({}, {}, false); }

  // These files and directories can be read or written, as far as Enter() would let them.
  bool Covers(const SandboxPaths& paths) const;

 private:
  Sandbox(std::vector<std::string> readable, std::vector<std::string> writable, bool limits_files)
      : readable_(std::move(readable)), writable_(std::move(writable)), limits_files_(limits_files) {}

  std::vector<std::string> readable_, writable_;  // resolved
  bool limits_files_;
};

}  // namespace mta
