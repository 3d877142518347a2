// What a cursor of the journal says about where its record stands.  systemd calls cursors opaque; their form
// (`s=ID;i=HEX;b=…`: the file's sequence and the record's number in it) has not changed since 2012, and one
// that looks otherwise is only less informative.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mta {

// How many records, of whatever program, were written between the two; nothing where the cursors do not tell:
// they are of two sequences, as after a reboot of a machine whose journal lies in memory.
std::optional<uint64_t> RecordsBetween(std::string_view earlier_cursor, std::string_view later_cursor);

}  // namespace mta
