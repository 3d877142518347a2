// ScratchFile: a temporary file without a name, gone with the object and with the process.  For what is too
// much to be kept in memory; nothing in it outlives a run, so it is no business of Env's.
//
// Lies in $TMPDIR, else /tmp.  One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

class ScratchFile {
 public:
  static Result<ScratchFile> Make();
  ~ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;

  // Fails where the disk is full.
  Outcome Append(std::string_view bytes);
  // As pread(2): up to `size` bytes from `offset`; 0 at the end.
  Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const;
  uint64_t size() const { return size_; }
  // Opens this file for reading, while the object lives.
  std::string path() const;

 private:
  explicit ScratchFile(int fd) : fd_(fd) {}
  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace mta
