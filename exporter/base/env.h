// Env: the only door to files and clocks.  Nobody below or above it calls open(2) or clock_gettime(2), so a
// test's Env can fail any call, pause between any two, or keep its own time.
//
// Errors name the path and the reason ("cannot open /var/log/mail.log: Permission denied") and carry errno in
// Error::system_code.  EINTR never shows.  An Env may be used by several threads at once; a File by one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace mta {

enum class FileKind : uint8_t { kRegular, kDirectory, kOther };  // kOther: pipe, socket, device

struct FileStatus {
  FileKind kind = FileKind::kOther;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size_bytes = 0;
  int64_t mtime_ns = 0;      // since 1970 UTC
  uint64_t links = 0;        // names it has; 0: deleted, and gone with its last descriptor
  uint32_t permissions = 0;  // the last twelve bits of st_mode
};

// One name of a directory after the other.  The kind is nothing where the file system does not say it beside
// the name, and for links.  False ends the listing.
using EntryVisitor = std::function<bool(std::string_view name, std::optional<FileKind> kind)>;

// Bytes in their order, each once.  Read in large pieces: a call costs a system call.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size` bytes into `buffer`; 0 at the end.  Fewer than `size` do not mean that the end was reached.
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;
};

// An open file.  It stays the same file whatever happens to its name; the destructor closes it.
class File : public ByteSource {
 public:
  // As Read(), from a place of the caller's; moves no position.  Regular files only.
  virtual Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) = 0;
  virtual Result<FileStatus> Status() = 0;
};

// A file that is being made.  Nothing of it outlives a loss of power before Sync().
class NewFile {
 public:
  virtual ~NewFile() = default;
  // Appends a beginning of `bytes`, which is not empty; says how long it was, at least 1.
  virtual Result<size_t> Write(std::string_view bytes) = 0;
  virtual Outcome Sync() = 0;  // fdatasync(2)
};

// Held as long as the object lives, and not longer than the process.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class Env {
 public:
  virtual ~Env() = default;

  // Opens for reading.  May block where `path` is a named pipe without a writer.
  virtual Result<std::unique_ptr<File>> Open(const std::string& path) = 0;
  // Never blocks; fails for anything but a regular file.
  virtual Result<std::unique_ptr<File>> OpenRegular(const std::string& path) = 0;
  // The process's standard input; closing it leaves the descriptor open.
  virtual Result<std::unique_ptr<File>> OpenStandardInput() = 0;

  // Follows symbolic links.
  virtual Result<FileStatus> Status(const std::string& path) = 0;
  // Names in a directory, without . and .., in no order.
  virtual Result<std::vector<std::string>> List(const std::string& directory) = 0;
  // As List(), without keeping the names; `visit` may call the Env.
  virtual Outcome ForEachEntry(const std::string& directory, const EntryVisitor& visit);
  // What a symbolic link says; fails with EINVAL for anything else.
  virtual Result<std::string> ReadLink(const std::string& path) = 0;

  // What is written is the state, and nothing else.
  // That it is there already is no failure.  Its owner's and group's alone, as are the files.
  virtual Outcome MakeDirectory(const std::string& path) = 0;
  // Empties the file if it is there.
  virtual Result<std::unique_ptr<NewFile>> Create(const std::string& path) = 0;
  // Takes the place of `to` in one step.
  virtual Outcome Rename(const std::string& from, const std::string& to) = 0;
  // What was made and renamed in it outlives a loss of power from then on.
  virtual Outcome SyncDirectory(const std::string& path) = 0;
  // Makes the file where there is none.  Fails with EWOULDBLOCK where another holds it.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;

  virtual int64_t NowNs() = 0;        // wall clock, since 1970 UTC
  virtual int64_t MonotonicNs() = 0;  // never steps; from an arbitrary zero
  virtual int64_t ThreadCpuNs() = 0;  // what the calling thread has used

  // The operating system's; static storage.
  static Env& Posix();
};

}  // namespace mta
