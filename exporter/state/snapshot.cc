#include "exporter/state/snapshot.h"

#include <fmt/format.h>

#include "exporter/base/bytes.h"
#include "exporter/base/hash.h"

namespace mta {
namespace {

using Verdict = DecodedSnapshot::Verdict;

constexpr std::string_view kMagic = "mta_exporter state\n";

DecodedSnapshot Refuse(Verdict verdict, std::string problem) {
  DecodedSnapshot decoded;
  decoded.verdict = verdict;
  decoded.problem = std::move(problem);
  return decoded;
}

// Takes the bytes of one section off `rest`.
void TakeSection(ByteReader& list, std::string_view& rest, DecodedSnapshot& decoded) {
  const std::string name(list.GetBytes());
  const auto size = list.Get<uint64_t>();
  const auto checksum = list.Get<uint64_t>();
  const std::string_view bytes = rest.substr(0, size);
  rest.remove_prefix(bytes.size());
  if (bytes.size() == size && Hash(bytes) == checksum) {
    decoded.sections.push_back({name, std::string(bytes)});
  } else {
    decoded.verdict = Verdict::kDamaged;
    decoded.damaged.push_back(name);
  }
}

}  // namespace

std::string EncodeHead(const Snapshot& snapshot) {
  ByteWriter list;
  list.Put(static_cast<uint32_t>(snapshot.size()));
  for (const Section& section : snapshot) {
    list.PutBytes(section.name);
    list.Put(uint64_t{section.bytes.size()});
    list.Put(Hash(section.bytes));
  }
  ByteWriter head;
  head.Put(kStateVersion);
  head.Put(Hash(list.bytes()));
  head.PutBytes(list.bytes());
  return std::string(kMagic) + head.bytes();
}

DecodedSnapshot DecodeSnapshot(std::string_view file) {
  if (!file.starts_with(kMagic)) return Refuse(Verdict::kForeign, "it is no state of mta_exporter");
  ByteReader head(file.substr(kMagic.size()));
  const auto version = head.Get<uint32_t>();
  if (head.ok() && version != kStateVersion) {
    return Refuse(Verdict::kForeign,
                  fmt::format("it is of format {}, this program reads format {}", version, kStateVersion));
  }
  const auto checksum = head.Get<uint64_t>();
  const std::string_view list_bytes = head.GetBytes();
  if (!head.ok() || Hash(list_bytes) != checksum)
    return Refuse(Verdict::kDamaged, "its beginning is damaged");

  DecodedSnapshot decoded;
  std::string_view rest = file.substr(static_cast<size_t>(list_bytes.end() - file.begin()));
  ByteReader list(list_bytes);
  for (auto left = list.Get<uint32_t>(); left > 0 && list.ok(); --left) TakeSection(list, rest, decoded);
  return decoded;
}

}  // namespace mta
