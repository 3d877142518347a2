// Snapshot: all that survives a restart, as named sections of bytes.
//
// The form of the file, little endian:
//   "mta_exporter state\n"   u32 version of everything in it   u64 checksum of the list that follows, u32
//   size of it the list: u32 count, then for each section  name (u32 size, bytes)   u64 size   u64 checksum
//   the sections' bytes, one behind the other
// So what is damaged costs the section it lies in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mta {

// Goes up with every change of what any section holds; another version's snapshot is not read.
constexpr uint32_t kStateVersion = 1;

struct Section {
  std::string name;
  std::string bytes;
};

using Snapshot = std::vector<Section>;

// What stands in the file before the sections' bytes.
std::string EncodeHead(const Snapshot& snapshot);

struct DecodedSnapshot {
  enum class Verdict {
    kWhole,
    kDamaged,  // some sections are missing, or all
    kForeign,  // it is no snapshot, or one of another version
  };
  Verdict verdict = Verdict::kWhole;
  Snapshot sections;                 // those that are sound
  std::vector<std::string> damaged;  // names of those that are not, as far as they are known
  std::string problem;               // what is wrong with the file as a whole, in words
};

DecodedSnapshot DecodeSnapshot(std::string_view file);

}  // namespace mta
