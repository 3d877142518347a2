#include "exporter/tail/known_file.h"

#include <algorithm>

namespace mta {
namespace {

constexpr size_t kMostMarks = 24;
constexpr uint64_t kLeastGap = 4096;
constexpr uint64_t kMostBack = 128 * 1024;  // of the marks in what is read at once

}  // namespace

Fingerprint Fingerprint::Of(std::string_view bytes) {
  return {Hash(bytes), static_cast<uint32_t>(bytes.size())};
}

void KnownFile::SetPlace(const std::string& where, const FileStatus& status) {
  if (path != where) path = where;
  device = status.device;
  inode = status.inode;
  place_size = status.size_bytes;
  place_mtime_ns = status.mtime_ns;
}

void KnownFile::StartAt(uint64_t at, std::string_view first, std::string_view last) {
  offset = at;
  head = Fingerprint::Of(first);
  head_bytes = first;
  mark = Fingerprint::Of(last);
  known_size = std::max(known_size, at);
}

bool KnownFile::Verify(std::string_view bytes) const {
  const uint64_t overlap = overlap_bytes();
  if (bytes.size() < overlap + beginning.size) return false;
  if (!beginning.Matches(bytes.substr(overlap, beginning.size))) return false;
  const std::string_view before = bytes.substr(0, overlap);
  if (OverlapBegin() == 0 && !head.Matches(before.substr(0, head.size))) return false;
  return mark.Matches(before.substr(before.size() - mark.size));
}

void KnownFile::See(std::string_view bytes) {
  known_size = std::max(known_size, OverlapBegin() + bytes.size());
  if (!has_identity()) beginning = Fingerprint::Of(bytes.substr(0, kHeadBytes));
}

void KnownFile::Advance(std::string_view bytes, uint64_t count) {
  const uint64_t begin = OverlapBegin();
  KeepMark({offset, mark});
  offset += count;
  const std::string_view before = bytes.substr(0, offset - begin);
  if (begin == 0) {
    head_bytes = before.substr(0, kHeadBytes);
    head = Fingerprint::Of(head_bytes);
  }
  mark = Fingerprint::Of(before.substr(before.size() - std::min(before.size(), kMarkBytes)));
  beginning = Fingerprint::Of({});
  known_size = std::max(known_size, offset);
  KeepMarks(before, begin);
}

void KnownFile::KeepMarks(std::string_view before, uint64_t begin) {
  for (uint64_t back = kMostBack; back >= kLeastGap; back /= 2) {
    if (before.size() <= back) continue;
    const size_t end = before.rfind('\n', before.size() - back);
    if (end == before.npos || end < kMarkBytes) continue;
    KeepMark({begin + end + 1, Fingerprint::Of(before.substr(end + 1 - kMarkBytes, kMarkBytes))});
  }
  ThinMarks();
}

void KnownFile::KeepMark(const EarlierMark& one) {
  const uint64_t last = earlier.empty() ? 0 : earlier.back().offset;
  if (one.offset >= std::max<uint64_t>(kHeadBytes, last + kLeastGap)) earlier.push_back(one);
}

// Leaves out those between which the gap is small, seen from the offset.
void KnownFile::ThinMarks() {
  for (size_t i = earlier.size(); i-- > 1;) {
    if (i + 1 >= earlier.size()) continue;
    const uint64_t gap = earlier[i + 1].offset - earlier[i - 1].offset;
    if (gap <= (offset - earlier[i + 1].offset) / 2)
      earlier.erase(earlier.begin() + static_cast<ptrdiff_t>(i));
  }
  if (earlier.size() > kMostMarks) earlier.erase(earlier.begin());
}

Result<bool> KnownFile::Rewind(Content& content) {
  while (!earlier.empty()) {
    const EarlierMark to = earlier.back();
    const auto bytes = content.ReadSome(to.offset - to.mark.size, to.mark.size);
    if (!bytes) return tl::unexpected(bytes.error());
    earlier.pop_back();
    if (!to.mark.Matches(*bytes)) continue;
    offset = known_size = to.offset;
    mark = to.mark;
    beginning = Fingerprint::Of({});
    cutter.Forget();
    return true;
  }
  return false;
}

void KnownFile::Save(ByteWriter& out) const {
  out.Put(serial);
  out.Put(offset);
  for (const Fingerprint& print : {head, mark, beginning}) {
    out.Put(print.hash);
    out.Put(print.size);
  }
  out.Put(known_size);
  out.Put(device);
  out.Put(inode);
  out.Put(place_size);
  out.Put(place_mtime_ns);
  out.Put(live_inode);
  out.PutBytes(path);
  out.PutBytes(head_bytes);
  out.Put(finished);
  out.Put(static_cast<uint32_t>(earlier.size()));
  for (const EarlierMark& one : earlier) {
    out.Put(one.offset);
    out.Put(one.mark.hash);
    out.Put(one.mark.size);
  }
  cutter.Save(out);
}

bool KnownFile::Restore(ByteReader& in) {
  serial = in.Get<uint64_t>();
  offset = in.Get<uint64_t>();
  for (Fingerprint* print : {&head, &mark, &beginning}) {
    print->hash = in.Get<uint64_t>();
    print->size = in.Get<uint32_t>();
  }
  known_size = in.Get<uint64_t>();
  device = in.Get<uint64_t>();
  inode = in.Get<uint64_t>();
  place_size = in.Get<uint64_t>();
  place_mtime_ns = in.Get<int64_t>();
  live_inode = in.Get<uint64_t>();
  path = in.GetBytes();
  head_bytes = in.GetBytes();
  finished = in.Get<uint8_t>() != 0;
  for (auto left = in.Get<uint32_t>(); left > 0 && in.ok(); --left) {
    EarlierMark one;
    one.offset = in.Get<uint64_t>();
    one.mark.hash = in.Get<uint64_t>();
    one.mark.size = in.Get<uint32_t>();
    if (one.offset < kHeadBytes || one.mark.size > kMarkBytes) return false;
    earlier.push_back(one);
  }
  return cutter.Restore(in) && in.ok() && head.size <= std::min<uint64_t>(offset, kHeadBytes) &&
         mark.size <= std::min<uint64_t>(offset, kMarkBytes);
}

}  // namespace mta
