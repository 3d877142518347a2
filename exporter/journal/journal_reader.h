// JournalReader: the records of the systemd journal that were chosen, in the order they were written, each
// once, from a position that can be kept over restarts.
//
// The journal of one machine: libsystemd merges its files by their sequence numbers.  Files that are rotated
// away or deleted are read to their end first, as long as they were there when somebody looked.  One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/journal/journal_options.h"
#include "exporter/record/record.h"

struct sd_journal;

namespace mta {

class JournalSink {
 public:
  virtual ~JournalSink() = default;
  // `bytes`: of the message, and one as for a newline.  The record is valid during the call.
  virtual void Record(const LogRecord& record, uint64_t bytes) = 0;
  virtual void OversizedRecord(uint64_t bytes) = 0;
};

// Records were deleted before they could be read.
struct JournalGap {
  // Of whatever program: how many of them were wanted nobody knows.  Nothing: the journal is another one.
  std::optional<uint64_t> records = {};
};

class JournalReader {
 public:
  static constexpr size_t kMaxMessageBytes = 64 * 1024;

  // Begins behind `position`; where that is empty, at the end of what there is or at its beginning.
  static Result<std::unique_ptr<JournalReader>> Open(const JournalOptions& options, std::string position,
                                                     bool from_beginning);
  ~JournalReader();

  struct Progress {
    uint64_t records = 0;
    uint64_t damaged = 0;  // records that could not be read
    bool more = false;     // the budget ended before the records did
  };
  // After an error open the journal anew: position() holds.
  Result<Progress> Read(JournalSink& sink, uint64_t budget_bytes);

  // Everything up to here was handed out; a cursor, or empty while there was no record at all.
  const std::string& position() const { return position_; }
  // What was missing behind the position it was opened with.
  const std::optional<JournalGap>& gap() const { return gap_; }

 private:
  struct Closer {
    void operator()(sd_journal* journal) const;
  };
  using Handle = std::unique_ptr<sd_journal, Closer>;
  struct Fields;

  JournalReader(Handle chosen, Handle all, std::vector<std::string> wanted, std::string position);
  static Result<Handle> OpenHandle(const JournalOptions& options);
  Outcome Begin(bool from_beginning);
  Result<std::string> NewestOfAll();
  bool NewestIsWanted();
  Outcome FindGap();
  Result<bool> Next();
  bool HandOut(JournalSink& sink, uint64_t& bytes);

  const Handle chosen_;  // sees the records that are wanted,
  const Handle all_;     // and this one all of them: it only tells how far there are any
  const std::vector<std::string> wanted_;
  std::string position_;
  std::optional<JournalGap> gap_;
  bool sought_ = false;  // the next record may be the one at position_
  const std::unique_ptr<Fields> fields_;
};

}  // namespace mta
