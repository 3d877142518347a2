// ScanInput: the operands of `scan`, from their beginnings to their ends, as one stream of lines.
//
//   FILE        plain or compressed (decompress.h); its last line needs no newline
//   DIRECTORY   a multilog directory: its files are one stream, lines go on from one into the next
//   -           standard input, plain or compressed
//
// What is written to a file while it is read may or may not be part of the stream.  Files are opened when
// their turn comes and closed after it.  One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"
#include "exporter/tail/line_cutter.h"

namespace mta {

struct ScanFile {
  std::string path;         // as an error message names it; "-" is standard input
  uint64_t size_bytes = 0;  // on the disk; 0 where it is no regular file
  int64_t mtime_ns = 0;     // of the last write, since 1970 UTC; 0 where it is no regular file
  bool regular = false;     // may be opened again, as often as needed
  bool ends_line = true;    // false: the next file goes on with its last line (multilog)

  bool is_standard_input() const { return path == "-"; }
};

class ScanInput {
 public:
  // Finds the files.  Fails, naming it, for the first operand that cannot be read or is no log.
  static Result<ScanInput> Find(Env& env, const std::vector<std::string>& operands);

  // In the order of reading.
  const std::vector<ScanFile>& files() const { return files_; }

  // The uncompressed bytes of a file from its first one: for a look ahead (the year of its stamps), or to
  // read it by hand.  Of one that is not `regular` only once.
  Result<std::unique_ptr<ByteSource>> OpenContentOf(const ScanFile& file) const;
  // A `regular` file as it lies on the disk, for ReadAt(): ranges of content where it is not compressed.
  Result<std::unique_ptr<File>> OpenRaw(const ScanFile& file) const;

  // Hands out the lines of `file`; call it for each of files(), in order.  Adds the uncompressed bytes to
  // `bytes`.  After an error the lines before the damage have been handed out, and the next file may be read.
  Outcome Read(const ScanFile& file, LineSink& sink, uint64_t& bytes);

 private:
  explicit ScanInput(Env& env) : env_(&env) {}
  Outcome Add(const std::string& operand);
  Outcome AddDirectory(const std::string& directory);
  Outcome ReadInto(const ScanFile& file, LineSink& sink, uint64_t& bytes);

  Env* env_;
  std::vector<ScanFile> files_;
  LineCutter cutter_;
  std::vector<char> chunk_;
};

}  // namespace mta
