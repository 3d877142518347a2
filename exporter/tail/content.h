// Content: one file's uncompressed bytes, by offset, through one descriptor.
//
// For a plain file an offset is an offset.  An archive is decoded on the way to it: going forward costs what
// lies between, going back begins anew; what was asked for last stays at hand, so that reads may overlap.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporter/base/env.h"
#include "exporter/tail/decompress.h"

namespace mta {

class Content {
 public:
  // `plain` is for a file that is being written: its first bytes are not looked at.
  static Result<std::unique_ptr<Content>> Open(Env& env, const std::string& path, bool plain);
  ~Content();

  bool archive() const { return compression_ != Compression::kNone; }
  // Of the file as it lies on the disk.
  Result<FileStatus> Status() { return file_->Status(); }

  // Decodes on towards `offset`, at most `budget` bytes, and takes them off it.  True: it is reached, or the
  // content ends before it.
  Result<bool> Approach(uint64_t offset, uint64_t& budget);
  // Up to `size` bytes; 0 behind the end.  Of an archive fewer only at its end.
  Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size);

  // `size` bytes; fewer only at the end.
  Result<std::string> ReadSome(uint64_t offset, size_t size);

  // What is wrong with the archive: it ends where it could not be decoded any further.  Empty where nothing
  // was found so far.
  const std::string& damage() const { return damage_; }

 private:
  Content(std::unique_ptr<File> file, Compression compression, std::string path);
  void Rewind();
  Outcome Decode(size_t bytes);

  const std::unique_ptr<File> file_;
  const Compression compression_;
  const std::string path_;
  // An archive's:
  std::unique_ptr<ByteSource> decoder_;
  std::string window_;  // decoded bytes, the last ones asked for
  uint64_t window_begin_ = 0;
  bool ended_ = false;
  std::string damage_;
};

}  // namespace mta
