// StateDirectory: where the snapshot lies, and the one process that writes it.
//
//   DIR/snapshot       the state; replaced in one step
//   DIR/snapshot.tmp   the next one, in the making
//   DIR/snapshot.old   the last one of which something could not be taken up
//   DIR/lock           held while an exporter runs
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "exporter/base/env.h"
#include "exporter/base/result.h"
#include "exporter/state/snapshot.h"

namespace mta {

class StateDirectory {
 public:
  // Makes the directory where its parent is there.  Fails, in one line, where it cannot be written to or
  // another process holds it.  `env` must outlive it.
  static Result<std::unique_ptr<StateDirectory>> Open(Env& env, std::string path);

  const std::string& path() const { return path_; }

  // Nothing where there is no snapshot yet; an error where it cannot be read.
  Result<std::optional<DecodedSnapshot>> Load();

  // Once this has succeeded, the snapshot outlives a loss of power; if it fails, the one before it does.
  // Gives the number of bytes written.
  Result<uint64_t> Save(const Snapshot& snapshot);

  // The snapshot as it is now stays as snapshot.old, whatever is saved from here on.  One that cannot be read
  // is moved there.
  Outcome KeepOld();

 private:
  StateDirectory(Env& env, std::string path) : env_(env), path_(std::move(path)) {}
  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }
  Result<std::optional<std::string>> Read(const std::string& path);
  Outcome Replace(const std::string& path, const std::vector<std::string_view>& pieces);

  Env& env_;
  const std::string path_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace mta
