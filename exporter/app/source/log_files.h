// LogFiles: the files of one or more logs, in the order they were written, each with the log it belongs to
// and the year its stamps begin with.
//
// What is one log: a file with its rotated siblings (mail.log, mail.log.1, mail.log.2.gz), or a multilog
// directory. Files may be named in any order; they are sorted by the time of their first line.  What can be
// read only once (standard input, pipes) is copied to an unnamed file first.  One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/scratch_file.h"
#include "exporter/record/line_reader.h"
#include "exporter/tail/scan_input.h"

namespace mta {

struct Log {
  std::string path;          // the name it is, or was, written under
  std::string mta = "auto";  // as discovery knows it
};
// The last part of its path.
std::string NameOfLog(const Log& log);

struct LogFile {
  ScanFile file;
  size_t log = 0;           // index into LogFiles::logs()
  std::optional<int> year;  // of the first stamp, where stamps have none
  bool compressed = false;
  bool wrapped = false;  // a container's runtime wrote it (container_line.h), so a line may be in pieces
  int64_t first_ns = kNoTime;  // time of the first line that has one
};

class LogFiles {
 public:
  // The operands of a command: files, multilog directories, `-`.  `env` must outlive this.
  static Result<LogFiles> Named(Env& env, const std::vector<std::string>& operands);
  // Logs by the names they are written under, with all their rotated siblings.
  static Result<LogFiles> WithSiblings(Env& env, const std::vector<Log>& logs);

  const std::vector<LogFile>& files() const { return files_; }
  const std::vector<Log>& logs() const { return logs_; }
  uint64_t size_bytes() const;  // as they lie on the disk
  // Whether a file of the log is wrapped: then a word that is searched for may be cut or escaped.
  bool IsWrapped(size_t log) const;

  // Some were standard input or pipes.
  bool has_copies() const { return !copies_.empty(); }
  // What was written since a file was found is part of it, too.
  void MeasureAgain();

  // Leaves out files that were last written before `time_ns`.  True if there were any.
  bool DropBefore(int64_t time_ns);

  // Leaves out all but the newest file of each log (of a multilog directory, all stay).  True if there were
  // others.
  bool KeepNewest();

  // When `file` was last written; now, where nobody can say.
  int64_t WrittenNs(const LogFile& file) const;
  // Prepares `reader` for the stamps of `file`: before its first line.
  void SetYear(const LogFile& file, EnvelopeReader& reader) const;

  // The uncompressed bytes of `file` in chunks; of one that is not compressed those it had when it was found,
  // so that whoever reads it twice reads the same.  An error comes after what could be read.
  Outcome Read(const LogFile& file, const std::function<void(std::string_view)>& chunk);
  // The bytes from `begin` to `end` of a file that is not compressed; of any other, nothing.  Valid until the
  // next ReadRange().
  std::string_view ReadRange(const LogFile& file, uint64_t begin, uint64_t end);

 private:
  LogFiles(Env& env, ScanInput input) : env_(&env), input_(std::move(input)) {}
  static Result<LogFiles> Open(Env& env, const std::vector<std::string>& paths,
                               std::vector<std::shared_ptr<ScratchFile>> copies);
  void Look(LogFile& file) const;
  void Sort();

  Env* env_;
  ScanInput input_;
  std::vector<std::shared_ptr<ScratchFile>> copies_;  // of what can be read only once
  std::vector<Log> logs_;
  std::vector<LogFile> files_;
  std::vector<char> buffer_;
  std::vector<char> range_;
};

}  // namespace mta
