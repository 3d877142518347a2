// Reconcile: a capture of the directory and the known files, to what has to be read next.  A pure function:
// no file, no clock.
//
// A capture's file that has the content of a known one is that one, whatever its name and inode.  A rotated
// file that no known one explains is new if it is younger than every rotated file that is known; it is read
// from its beginning, one at a time, before anything younger.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "exporter/tail/capture.h"
#include "exporter/tail/known_file.h"

namespace mta {

enum class Rotation : uint8_t {
  kRenamed,    // the old file lives on under another name
  kTruncated,  // the same file, emptied
  kReplaced,   // the old file is gone
};

struct Plan {
  // Bytes of known[known] are in what it holds open, or in files[file].
  struct Reading {
    size_t known = 0;
    std::optional<size_t> file;
    bool elsewhere = false;  // what is held open is not the best to read it from
  };
  std::vector<Reading> older;  // known files that are not live and may have unread bytes; oldest first
  std::optional<size_t> next;  // a rotated file never seen before, to be read from its beginning, after those
  size_t next_position = 0;    // where it belongs among the known ones
  std::optional<size_t> live;  // the file at the live name, to be read last
  std::optional<size_t> live_is;           // the known file it is; nothing: a new one
  bool live_elsewhere = false;             // it is at another inode than what is held open
  std::vector<std::optional<size_t>> is;   // of each file: the known one it is, or is a copy of
  Rotation rotation = Rotation::kRenamed;  // what became of the last live file; where live is new
  // Known files of which nothing was handed out, and that turned out to be another known one (first, second).
  std::vector<std::pair<size_t, size_t>> same;
  std::vector<size_t> missing;  // known, not finished, and nowhere to be found
  bool hold_back = false;       // a file is being made that may come before `next` and a new live file
};

// `live_serial`: of the known file that was last seen live, 0 for none.
Plan Reconcile(const std::vector<KnownFile>& known, uint64_t live_serial, const Capture& capture);

}  // namespace mta
