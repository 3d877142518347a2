// The year of a log file's first stamp, for logs whose stamps have none (RFC 3164): the file's last stamp is
// of the latest year that puts it at or before the file's modification time plus a day, and the first one as
// many years before as years end in between (see year_clock.h).
//
// A modification time that was lost (0) gives a year before 1970, whose stamps the reader leaves without
// time.
//
// A February 29 in the file is evidence, too: it was in a leap year, so that a log that was copied without
// its modification time is not dated years too late.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/record/year_clock.h"

namespace mta {

// Looks at lines in their order and says of what year the first was.  For what can only be read from its
// beginning to its end (a compressed file): feed all of it once, ask, then read it again.
class YearEnds {
 public:
  // One line, or just the beginning of one; newline or not.
  void AddLine(std::string_view line);
  // The lines of `text`, which begins with the beginning of a line; the last may be incomplete.
  void AddLines(std::string_view text);

  // Nothing where no line had a stamp without year.  `modified_ns`: when the last line was written, at the
  // latest.
  std::optional<int> FirstYear(int64_t modified_ns) const;

 private:
  YearWalk walk_;
  std::optional<YearlessTime> last_;
  std::optional<int> leap_day_year_;  // relative to the first stamp's year
};

// A file that can be read at any place.
class SeekableFile {
 public:
  virtual ~SeekableFile() = default;
  virtual uint64_t size() const = 0;
  virtual int64_t modified_ns() const = 0;
  // Reads up to `size` bytes from `offset` on into `into`; fewer only at the end of the file.
  virtual Result<size_t> ReadAt(uint64_t offset, char* into, size_t size) = 0;
};

// Reads a file of up to 4 MiB as a whole, of a larger one its beginning, its end and some 1,000 places in between, at
// least 64 KiB apart: a few milliseconds, whatever its size.  Nothing where no stamp without year was found, or where
// the file cannot be read.
std::optional<int> FirstYear(SeekableFile& file);

}  // namespace mta
