// What a container's runtime puts around the lines of its output, taken off:
//
//   {"log":"LINE\n","stream":"stdout","time":"2026-11-22T10:41:23.123456789Z"}   Docker, json-file
//   2026-11-22T10:41:23.123456789Z stdout F LINE                                 CRI: containerd, CRI-O
//
// Runtimes cut long lines (16 KiB) into pieces: of CRI all but the last say P for F, of Docker all but the
// last lack the \n.  The pieces of one stream of one log are joined; those that wait for the rest are state.
// A line in no such wrapping is handed on as it is.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/ascii.h"
#include "exporter/base/bytes.h"
#include "exporter/record/record.h"
#include "exporter/record/stamp.h"

namespace mta {

enum class ContainerFormat : uint8_t {
  kAuto,  // whatever each line is; also none at all
  kDocker,
  kCri,
};

struct Unwrapped {
  enum class Kind : uint8_t {
    kLine,
    kPiece,      // kept until the rest comes
    kOversized,  // the last piece of a line that is longer than kMaxJoinedBytes
  };
  Kind kind = Kind::kLine;
  std::string_view line = {};  // borrows from the physical line and from the unwrapper, until the next call
  int64_t time_ns = kNoTime;   // the runtime's stamp
  bool joined = false;         // of pieces: more than the physical line
};

class ContainerUnwrapper {
 public:
  static constexpr size_t kMaxJoinedBytes = 64 * 1024;
  static constexpr size_t kMaxUnfinished = 256;  // lines that wait, of all logs; the next pushes one out

  explicit ContainerUnwrapper(ContainerFormat format = ContainerFormat::kAuto) : format_(format) {}

  // Whether a line is in one of the wrappings.
  static bool IsWrapped(std::string_view line) {
    return ContainerUnwrapper().Unwrap(line).line.data() != line.data();
  }

  // The lines from here on are of this log: a container's, whatever its file is called after a rotation.
  void SetLog(std::string_view log) { log_ = log; }
  Unwrapped Unwrap(std::string_view line) {
    // How nearly every line begins that no runtime wrote.
    const char first = line.empty() ? '\0' : line.front();
    if (first != '{' && !IsDigit(first)) return {.line = line};
    return TakeWrapped(line);
  }

  void Save(ByteWriter& out) const;
  // Other bytes than Save()'s give false and the state of a new object.
  bool Restore(ByteReader& in);

 private:
  struct Piece {
    std::string_view text;
    std::string_view stream;
    std::string_view time;
    bool last = true;
  };
  struct Unfinished {
    std::string text;
    bool oversized = false;
  };

  Unwrapped TakeWrapped(std::string_view line);
  bool TakeCri(std::string_view line, Piece& piece) const;
  bool TakeDocker(std::string_view line, Piece& piece);
  Unwrapped Join(const Piece& piece);
  void Keep(std::string_view text, Unfinished& unfinished) const;

  const ContainerFormat format_;
  std::string log_;
  std::map<std::string, Unfinished, std::less<>> unfinished_;  // by log and stream
  StampReader stamps_;
  std::string text_, stream_, time_;  // of a Docker line
  std::string joined_;
};

}  // namespace mta
