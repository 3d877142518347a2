#include "exporter/app/source/first_year.h"

#include <memory>
#include <vector>

#include "exporter/record/year_scan.h"
#include "exporter/tail/decompress.h"

namespace mta {
namespace {

class RawFile final : public SeekableFile {
 public:
  RawFile(std::unique_ptr<File> file, const ScanFile& facts) : file_(std::move(file)), facts_(facts) {}
  uint64_t size() const override { return facts_.size_bytes; }
  int64_t modified_ns() const override { return facts_.mtime_ns; }
  Result<size_t> ReadAt(uint64_t offset, char* into, size_t size) override {
    return file_->ReadAt(offset, into, size);
  }

 private:
  const std::unique_ptr<File> file_;
  const ScanFile& facts_;
};

// A compressed file can only be read from its beginning: all of it, once more.
std::optional<int> FirstYearOfContent(const ScanInput& input, const ScanFile& file) {
  struct YearSink final : LineSink {
    void Line(std::string_view line) override { years.AddLine(line); }
    void OversizedLine(uint64_t) override {}
    YearEnds years;
  };
  auto content = input.OpenContentOf(file);
  if (!content) return std::nullopt;
  YearSink sink;
  LineCutter cutter;
  std::vector<char> chunk(256 * 1024);
  for (;;) {
    const Result<size_t> got = (*content)->Read(chunk.data(), chunk.size());
    if (!got || *got == 0) break;  // an error will show when the file is read in earnest
    cutter.Feed({chunk.data(), *got}, sink);
  }
  cutter.Finish(sink);
  return sink.years.FirstYear(file.mtime_ns);
}

}  // namespace

std::optional<int> FirstYearOf(const ScanInput& input, const ScanFile& file) {
  if (!file.regular) return std::nullopt;
  auto raw = input.OpenRaw(file);
  if (!raw) return std::nullopt;
  char head[kMagicBytes];
  const Result<size_t> got = (*raw)->ReadAt(0, head, sizeof head);
  if (!got || DetectCompression({head, *got}) != Compression::kNone) return FirstYearOfContent(input, file);
  RawFile plain(std::move(*raw), file);
  return FirstYear(plain);
}

}  // namespace mta
