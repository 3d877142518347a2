// Capture: every file a log may lie in, as the directory was at one moment.
//
// Names and inodes are read before and after the contents, and only a capture during which no file was
// renamed, made or removed is given.  What is known of each file (size, head, marks) was read through one
// descriptor.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"
#include "exporter/tail/directory_names.h"
#include "exporter/tail/known_file.h"

namespace mta {

// What a file's content has to do with that of a known one.
enum class Relation : uint8_t {
  kOther,   // nothing
  kPrefix,  // it has the head, but ends before the offset: a copy in the making, or truncated
  kSame,    // it has the head and the mark: it is the known file, or a copy
  kHead,    // an archive with the head; whether it has the mark shows when it is decoded that far
  // To a known file without identity:
  kAlike,  // one begins with all of the other, at most kHeadBytes: perhaps a copy
  kMaybe,  // it begins with what was seen of the known file, maybe nothing: the same, if it is at its inode
};

// How a rotated file and the live one begin.
enum class LikeLive : uint8_t {
  kNot,
  kPart,    // it is a part of the live file's first line
  kLonger,  // the live file, a part of a line so far, is a part of its first line
  kCopy,    // with the same line
};

struct Candidate {
  std::string path;
  bool live = false;  // at the name the log is written under
  FileStatus status;
  bool skipped = false;  // not looked into: it is older than files that are known and read
  bool readable = false;
  bool settled = false;  // nobody seems to be just making it
  LikeLive like_live = LikeLive::kNot;
  bool archive = false;
  bool fragment = false;            // a part of a line is all there is: many files begin like that
  Fingerprint beginning;            // of its first line, as far as that is in the head
  Fingerprint head;                 // of its first kHeadBytes, or all it has
  std::vector<Relation> relations;  // to each known file
};

struct Capture {
  bool multilog = false;         // nobody copies files there
  std::vector<Candidate> files;  // oldest first, the live one last
  std::vector<bool> linked;      // of each known file: it is held open, and has a name still
  std::string problem;           // why a file could not be read; empty: all could
};

// How long a file has to be left alone to count as complete (an archive or a copy that is being made), and as
// no longer written to.
constexpr int64_t kSettleNs = 2'000'000'000;
constexpr int64_t kQuietNs = 60'000'000'000;

// Takes the captures of one log, and remembers of a file that did not change what it read there.
class CaptureTaker {
 public:
  CaptureTaker(Env& env, LogPlace place) : env_(env), place_(std::move(place)) {}

  // Fails where the directory cannot be read or does not hold still.
  Result<Capture> Take(const std::vector<KnownFile>& known);

  // `file`, of the last capture, turned out to be related to known[known] in this way after all.
  void Learn(const Candidate& file, size_t known, Relation relation);
  // The content at `path` is not what it was, though its size and time may be.
  void Distrust(const std::string& path);

 private:
  // What was found out about a path; holds while its status and the known files are the same.
  struct Seen {
    Candidate file;
    uint64_t generation = 0;  // of the known files it was compared with
    bool looked_into = false;
    std::string head;
    int64_t first_ns = 0;    // monotonic
    int64_t changed_ns = 0;  // when its status was last seen to be another one
  };

  Result<Capture> TryTake(const std::vector<KnownFile>& known, bool& held_still);
  Seen& Touch(const LogName& name, size_t known_count);
  void LookInto(Seen& seen, const std::vector<KnownFile>& known, Capture& capture);
  Outcome ReadEvidence(Content& content, const std::vector<KnownFile>& known, Seen& seen);
  void CompareWithLive(const std::vector<Seen*>& found);
  bool IsSettled(const Seen& seen);
  void Forget(const std::vector<LogName>& names);

  Env& env_;
  const LogPlace place_;
  uint64_t generation_ = 0;
  std::map<std::string, Seen> seen_;
};

}  // namespace mta
