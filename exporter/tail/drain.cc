#include "exporter/tail/drain.h"

#include <algorithm>

namespace mta {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;

void Announce(const KnownFile& file, Content& content, const ReadPlace& place, Pass& pass) {
  const auto status = content.Status();
  pass.sink.Begin({place.path, file.offset, status ? status->mtime_ns : 0, place.live});
}

}  // namespace

Result<Drained> Drainer::Drain(KnownFile& file, Content& content, const ReadPlace& place, Pass& pass) {
  bool announced = false;
  while (pass.budget > 0) {
    const auto read = ReadOn(file, content, pass);
    if (!read || *read != Drained::kToEnd) return read;
    if (const size_t count = WholeLines(Fresh(file))) {
      if (!announced) Announce(file, content, place, pass);
      announced = true;
      HandOut(file, count, pass);
      continue;
    }
    file.See(bytes_);
    return Drained::kToEnd;
  }
  return Drained::kBudget;
}

Outcome Drainer::SkipToEnd(KnownFile& file, Content& content, LineSink& sink) {
  const auto status = content.Status();
  if (!status) return tl::unexpected(status.error());
  const uint64_t begin = status->size_bytes - std::min<uint64_t>(status->size_bytes, kChunkBytes);
  const auto end = content.ReadSome(begin, kChunkBytes);
  if (!end) return tl::unexpected(end.error());
  uint64_t at = begin;
  if (const size_t last = end->rfind('\n'); last != end->npos) {
    at += last + 1;
  } else if (begin > 0) {  // in the middle of a line over the limit
    at += end->size();
    file.cutter.Feed(*end, sink);
  }
  const auto first = content.ReadSome(0, std::min<uint64_t>(at, kHeadBytes));
  if (!first) return tl::unexpected(first.error());
  const uint64_t mark = std::min<uint64_t>(at, kMarkBytes);
  const auto last = content.ReadSome(at - mark, mark);
  if (!last) return tl::unexpected(last.error());
  file.StartAt(at, *first, *last);
  file.KeepMarks(std::string_view(*end).substr(0, at - begin), begin);
  return {};
}

Result<Drained> Drainer::DrainRest(KnownFile& file, Content& content, const ReadPlace& place, Pass& pass) {
  const auto read = ReadOn(file, content, pass);
  if (!read || *read != Drained::kToEnd || Fresh(file).empty()) return read;
  Announce(file, content, place, pass);
  HandOut(file, Fresh(file).size(), pass);
  return Drained::kToEnd;
}

// Reads on from where the identity begins, verified, into bytes_.
Result<Drained> Drainer::ReadOn(KnownFile& file, Content& content, Pass& pass) {
  const uint64_t begin = file.OverlapBegin();
  const auto reached = content.Approach(begin, pass.budget);
  if (!reached) return tl::unexpected(reached.error());
  if (!*reached) return Drained::kBudget;
  const auto filled = Fill(content, begin);
  if (!filled) return tl::unexpected(filled.error());
  if (*filled && file.Verify(bytes_)) return Drained::kToEnd;
  return content.archive() && bytes_.size() < file.overlap_bytes() ? Drained::kEndsBefore : Drained::kChanged;
}

// Reads until the buffer is full or the content ends.  False: what came in several pieces is not what is
// there now, so the pieces may be of different contents.
Result<bool> Drainer::Fill(Content& content, uint64_t begin) {
  buffer_.resize(std::max(kChunkBytes, 2 * max_line_bytes_));
  size_t filled = 0;
  int pieces = 0;
  while (filled < buffer_.size()) {
    const auto count = content.ReadAt(begin + filled, buffer_.data() + filled, buffer_.size() - filled);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    filled += *count;
    ++pieces;
  }
  bytes_ = std::string_view(buffer_).substr(0, filled);
  if (pieces <= 1) return true;
  const auto again = content.ReadSome(begin, filled);
  if (!again) return tl::unexpected(again.error());
  return *again == bytes_;
}

std::string_view Drainer::Fresh(const KnownFile& file) const {
  return bytes_.substr(file.overlap_bytes());
}

// The bytes up to the last newline; all, where that makes a line over the limit, which the cutter skips.
size_t Drainer::WholeLines(std::string_view bytes) const {
  const size_t last = bytes.rfind('\n');
  if (last != std::string_view::npos) return last + 1;
  return bytes.size() > max_line_bytes_ ? bytes.size() : 0;
}

void Drainer::HandOut(KnownFile& file, size_t count, Pass& pass) {
  file.See(bytes_);
  file.cutter.Feed(Fresh(file).substr(0, count), pass.sink);
  file.Advance(bytes_, count);
  pass.progress.bytes += count;
  pass.budget -= std::min<uint64_t>(pass.budget, count);
}

}  // namespace mta
