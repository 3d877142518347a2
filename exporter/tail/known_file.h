// KnownFile: one log file as the follower knows it, by its content and not by its name.
//
// Identity is the hash of the head (the first bytes that were handed out, at most kHeadBytes) and of the mark
// (the kMarkBytes before the offset).  A file has none before something of it was handed out.  Device and
// inode are hints: they tell two files of the same content apart, and find a file that has no identity yet.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/base/env.h"
#include "exporter/base/hash.h"
#include "exporter/base/result.h"
#include "exporter/tail/content.h"
#include "exporter/tail/line_cutter.h"

namespace mta {

constexpr size_t kHeadBytes = 1024;
constexpr size_t kMarkBytes = 128;

// Some bytes without the bytes.
struct Fingerprint {
  uint64_t hash = Hash({});
  uint32_t size = 0;

  static Fingerprint Of(std::string_view bytes);
  bool Matches(std::string_view bytes) const { return Of(bytes) == *this; }
  bool operator==(const Fingerprint&) const = default;
};

struct KnownFile {
  // An offset behind any content: the whole file counts as read, however long it is.
  static constexpr uint64_t kWhole = std::numeric_limits<uint64_t>::max();

  explicit KnownFile(size_t max_line_bytes = kMaxLineBytes) : cutter(max_line_bytes) {}

  uint64_t serial = 0;     // unique within one follower, ever
  uint64_t offset = 0;     // of the first byte that was not handed out
  Fingerprint head;        // of the first min(offset, kHeadBytes) bytes
  std::string head_bytes;  // those bytes, of the youngest files: to know a copy that is shorter yet
  Fingerprint mark;        // of the min(offset, kMarkBytes) bytes before the offset
  // Such marks before earlier offsets, oldest first; the farther back, the farther apart.
  struct EarlierMark {
    uint64_t offset = 0;
    Fingerprint mark;
  };
  std::vector<EarlierMark> earlier;
  Fingerprint beginning;    // while nothing was handed out: of what was seen of its unfinished first line
  uint64_t known_size = 0;  // the most bytes it was seen to have
  uint64_t device = 0;      // where it was seen last
  uint64_t inode = 0;
  uint64_t place_size = 0;     // on the disk (of an archive the compressed one) and
  int64_t place_mtime_ns = 0;  // time of the last write, when it was seen there
  uint64_t live_inode = 0;     // where it was last seen at the name the log is written under
  std::string path;
  bool finished = false;  // no longer written to, and read to its end: copies of it hold nothing new
  LineCutter
      cutter;  // the line under way: one over the limit, or (multilog) one that goes on in the next file

  // Not part of the state:
  std::unique_ptr<Content> held;  // kept open while it may still grow
  int64_t quiet_ns = 0;           // monotonic: since when it is neither live nor written to; 0: not known
  int64_t missing_ns = 0;         // monotonic: since when it is nowhere to be found; 0: it is there

  bool has_identity() const { return offset > 0; }
  // An unfinished line is all there was: too little to tell another file from a copy.
  bool has_weak_identity() const { return !head_bytes.empty() && head_bytes.find('\n') == head_bytes.npos; }
  bool IsAt(const FileStatus& status) const { return device == status.device && inode == status.inode; }
  bool IsUntouchedAt(const FileStatus& status) const {
    return IsAt(status) && place_size == status.size_bytes && place_mtime_ns == status.mtime_ns;
  }
  void SetPlace(const std::string& where, const FileStatus& status);
  uint64_t unread_bytes() const { return known_size > offset ? known_size - offset : 0; }

  // To begin in the middle: everything before `at` counts as read.  `first` are the file's first min(at,
  // kHeadBytes) bytes, `last` the min(at, kMarkBytes) bytes before `at`.
  void StartAt(uint64_t at, std::string_view first, std::string_view last);

  // Where a read has to begin so that it covers what proves the identity.
  uint64_t OverlapBegin() const { return offset <= kHeadBytes ? 0 : offset - kMarkBytes; }
  // Of a read from OverlapBegin(): the bytes before the offset.
  uint64_t overlap_bytes() const { return offset - OverlapBegin(); }
  // True: `bytes`, read from OverlapBegin(), are this file's.
  bool Verify(std::string_view bytes) const;
  // `bytes` were verified: remembers how far the file was seen to reach.
  void See(std::string_view bytes);
  // Moves the offset on by `count` of the `bytes` that were verified.
  void Advance(std::string_view bytes, uint64_t count);
  // Remembers some marks in `before`: what stands from `begin` up to the offset.
  void KeepMarks(std::string_view before, uint64_t begin);
  // `content` has this file's head: back to the youngest earlier mark that is in it still.  False, and
  // nothing changed, where there is none.
  Result<bool> Rewind(Content& content);

  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  void KeepMark(const EarlierMark& one);
  void ThinMarks();
};

}  // namespace mta
