// RepeatMemory: the previous record of each host, for BSD syslogd's `last message repeated N times`.
//
// syslogd writes that line in the place of N copies of the line before, so this one has to be kept: a copy of
// its tag, pid and message for each of the hosts seen last.  Bounded: kHosts hosts (a central log has more;
// theirs is the host whose line is longest ago), kMaxBytes a record (syslogd cuts at 1024 to 8192 bytes; a
// longer record is forgotten).  No allocation once the records of their usual length have been seen.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/record/record.h"

namespace mta {

class RepeatMemory {
 public:
  static constexpr size_t kHosts = 8;
  static constexpr size_t kMaxBytes = 4096;

  // Keeps what Recall() needs of `record`, whose host, tag, pid and message are views into one line, in this
  // order.
  void Remember(const LogRecord& record);

  // Gives `record` the tag, pid and message of the previous record of its host: views into this object, valid
  // until the next Remember().  A record that has a tag recalls only a record of that tag (old rsyslog writes
  // the tag of the repeated line; syslogd none, or its own).  False where none is remembered.
  bool Recall(LogRecord& record) const;

  // Of the last record that was remembered; a view into this object.
  std::string_view host() const { return slots_[current_].At(slots_[current_].host); }

  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  struct Span {
    uint16_t offset = 0;
    uint16_t size = 0;
  };
  struct Slot {
    uint64_t used = 0;        // when, counted in changes of host; 0: empty
    std::vector<char> bytes;  // from host to message, as in the line; grows only
    uint16_t size = 0;        // how much of it is used
    Span host, tag, pid, message;

    std::string_view At(Span span) const { return {bytes.data() + span.offset, span.size}; }
  };

  Slot& SlotOf(std::string_view host);
  Slot& OtherSlotOf(std::string_view host);

  std::array<Slot, kHosts> slots_;
  size_t current_ = 0;  // the slot of the previous record
  uint64_t changes_ = 0;
};

}  // namespace mta
