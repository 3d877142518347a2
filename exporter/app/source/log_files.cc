#include "exporter/app/source/log_files.h"

#include <algorithm>

#include "exporter/app/source/first_year.h"
#include "exporter/tail/decompress.h"
#include "exporter/tail/directory_names.h"
#include "exporter/tail/rotated_name.h"

namespace mta {
namespace {

constexpr size_t kChunkBytes = 128 * 1024;

// The name a file was written under: /var/log/mail.log for /var/log/mail.log.2.gz; of a file of a multilog
// directory, the directory.
std::string WrittenAs(const ScanFile& file, bool multilog) {
  const std::string directory(DirectoryOf(file.path));
  if (multilog) return directory;
  const std::string_view name = WithoutCompressionSuffix(FileNameOf(file.path));
  const std::optional<RotatedName> rotated = ParseRotatedName(name);
  const std::string base = rotated ? rotated->base : std::string(name);
  return file.path.find('/') == std::string::npos ? base : directory + "/" + base;
}

size_t IndexOf(std::vector<Log>& logs, const std::string& path) {
  const auto known = std::ranges::find(logs, path, &Log::path);
  if (known != logs.end()) return static_cast<size_t>(known - logs.begin());
  logs.push_back({path, "auto"});
  return logs.size() - 1;
}

// The time of the first line that has one.
class FirstTime final : public LineSink {
 public:
  explicit FirstTime(LineReader& lines) : lines_(lines) {}
  void Line(std::string_view line) override {
    if (time_ns == kNoTime) time_ns = lines_.Read(line).record.time_ns;
  }
  void OversizedLine(uint64_t) override {}
  int64_t time_ns = kNoTime;

 private:
  LineReader& lines_;
};

// What can be read of the first kChunkBytes.
std::string HeadOf(ByteSource& content) {
  std::string head(kChunkBytes, '\0');
  size_t size = 0;
  while (size < head.size()) {
    const Result<size_t> count = content.Read(head.data() + size, head.size() - size);
    if (!count || *count == 0) break;
    size += *count;
  }
  head.resize(size);
  return head;
}

Result<ScratchFile> Copy(Env& env, const std::string& path) {
  Result<ScratchFile> copy = ScratchFile::Make();
  if (!copy) return copy;
  auto source = path == "-" ? env.OpenStandardInput() : env.Open(path);
  if (!source) return tl::unexpected(source.error());
  std::vector<char> buffer(kChunkBytes);
  for (;;) {
    const Result<size_t> count = (*source)->Read(buffer.data(), buffer.size());
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) return copy;
    if (Outcome kept = copy->Append({buffer.data(), *count}); !kept) return tl::unexpected(kept.error());
  }
}

bool ReadsOnce(Env& env, const std::string& operand) {
  if (operand == "-") return true;
  const Result<FileStatus> status = env.Status(operand);
  return status && status->kind == FileKind::kOther;
}

}  // namespace

std::string NameOfLog(const Log& log) {
  return std::string(FileNameOf(log.path));
}

Result<LogFiles> LogFiles::Named(Env& env, const std::vector<std::string>& operands) {
  std::vector<std::string> paths;
  std::vector<std::shared_ptr<ScratchFile>> copies;
  for (const std::string& operand : operands) {
    paths.push_back(operand);
    if (!ReadsOnce(env, operand)) continue;
    Result<ScratchFile> copy = Copy(env, operand);
    if (!copy) return tl::unexpected(copy.error());
    paths.back() = copy->path();
    copies.push_back(std::make_shared<ScratchFile>(std::move(*copy)));
  }
  return Open(env, paths, std::move(copies));
}

Result<LogFiles> LogFiles::WithSiblings(Env& env, const std::vector<Log>& logs) {
  std::vector<std::string> paths;
  for (const Log& log : logs) {
    const Result<FileStatus> status = env.Status(log.path);
    if (status && status->kind == FileKind::kDirectory) {
      paths.push_back(log.path);
      continue;
    }
    auto names = ListLogNames(env, {log.path, false}, {});
    if (!names) return tl::unexpected(names.error());
    for (LogName& name : *names) paths.push_back(std::move(name.path));
  }
  Result<LogFiles> files = Open(env, paths, {});
  if (!files) return files;
  for (Log& log : files->logs_) {
    const auto known = std::ranges::find(logs, log.path, &Log::path);
    if (known != logs.end()) log.mta = known->mta;
  }
  return files;
}

Result<LogFiles> LogFiles::Open(Env& env, const std::vector<std::string>& paths,
                                std::vector<std::shared_ptr<ScratchFile>> copies) {
  Result<ScanInput> input = ScanInput::Find(env, paths);
  if (!input) return tl::unexpected(input.error());
  LogFiles files(env, std::move(*input));
  files.copies_ = std::move(copies);
  bool multilog = false;  // the file before goes on in this one
  for (const ScanFile& found : files.input_.files()) {
    multilog = multilog || !found.ends_line;
    LogFile file;
    file.file = found;
    file.log = IndexOf(files.logs_, WrittenAs(found, multilog));
    files.Look(file);
    files.files_.push_back(std::move(file));
    multilog = !found.ends_line;
  }
  files.Sort();
  return files;
}

// Only stamps that need it are worth the search for their year: it reads compressed files to their end.
void LogFiles::Look(LogFile& file) const {
  if (const auto raw = input_.OpenRaw(file.file)) {
    char magic[kMagicBytes];
    const Result<size_t> count = (*raw)->ReadAt(0, magic, sizeof magic);
    file.compressed = count && DetectCompression({magic, *count}) != Compression::kNone;
  }
  auto content = input_.OpenContentOf(file.file);
  if (!content) return;  // will be said when it is read
  const std::string head = HeadOf(**content);
  file.wrapped = ContainerUnwrapper::IsWrapped(std::string_view(head).substr(0, head.find('\n')));
  LineReader lines;
  FirstTime first(lines);
  LineCutter cutter;
  cutter.Feed(head, first);
  if (first.time_ns == kNoTime) {
    file.year = FirstYearOf(input_, file.file);
    SetYear(file, lines.envelope());
    LineCutter again;
    again.Feed(head, first);
  }
  file.first_ns = first.time_ns;
}

int64_t LogFiles::WrittenNs(const LogFile& file) const {
  return file.file.regular ? file.file.mtime_ns : env_->NowNs();
}

void LogFiles::SetYear(const LogFile& file, EnvelopeReader& reader) const {
  if (file.year) {
    reader.SetYear(*file.year);
  } else {
    reader.SetReference(WrittenNs(file));
  }
}

// The files of a multilog directory stay together, in their order.
void LogFiles::Sort() {
  struct Unit {
    std::vector<LogFile> files;
    int64_t time_ns = 0;
  };
  std::vector<Unit> units;
  bool goes_on = false;
  for (LogFile& file : files_) {
    if (!goes_on) units.push_back({{}, file.first_ns == kNoTime ? file.file.mtime_ns : file.first_ns});
    goes_on = !file.file.ends_line;
    units.back().files.push_back(std::move(file));
  }
  std::ranges::stable_sort(units, {}, &Unit::time_ns);
  files_.clear();
  for (Unit& unit : units) std::ranges::move(unit.files, std::back_inserter(files_));
}

uint64_t LogFiles::size_bytes() const {
  uint64_t sum = 0;
  for (const LogFile& file : files_) sum += file.file.size_bytes;
  return sum;
}

void LogFiles::MeasureAgain() {
  for (LogFile& file : files_) {
    const Result<FileStatus> status = env_->Status(file.file.path);
    if (file.file.regular && status)
      file.file.size_bytes = std::max(file.file.size_bytes, status->size_bytes);
  }
}

bool LogFiles::IsWrapped(size_t log) const {
  return std::ranges::any_of(files_, [log](const LogFile& file) { return file.log == log && file.wrapped; });
}

bool LogFiles::DropBefore(int64_t time_ns) {
  return std::erase_if(files_, [&](const LogFile& file) {
           return file.file.regular && file.file.ends_line && file.file.mtime_ns < time_ns;
         }) > 0;
}

bool LogFiles::KeepNewest() {
  std::vector<const LogFile*> newest(logs_.size());
  for (const LogFile& file : files_) {
    if (file.file.size_bytes > 0 || newest[file.log] == nullptr) newest[file.log] = &file;
  }
  std::vector<LogFile> kept;
  const size_t before = files_.size();
  for (const LogFile& file : files_) {
    if (!file.file.ends_line || &file == newest[file.log]) kept.push_back(file);
  }
  files_ = std::move(kept);
  return files_.size() < before;
}

Outcome LogFiles::Read(const LogFile& file, const std::function<void(std::string_view)>& chunk) {
  auto content = input_.OpenContentOf(file.file);
  if (!content) return tl::unexpected(content.error());
  buffer_.resize(kChunkBytes);
  uint64_t left = file.file.regular && !file.compressed ? file.file.size_bytes : UINT64_MAX;
  while (left > 0) {
    const size_t most = std::min<uint64_t>(left, buffer_.size());
    const Result<size_t> count = (*content)->Read(buffer_.data(), most);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    left -= *count;
    chunk({buffer_.data(), *count});
  }
  return {};
}

std::string_view LogFiles::ReadRange(const LogFile& file, uint64_t begin, uint64_t end) {
  if (!file.file.regular || file.compressed) return {};
  const auto raw = input_.OpenRaw(file.file);
  if (!raw) return {};
  if (range_.size() < end - begin) range_.resize(end - begin);
  const Result<size_t> count = (*raw)->ReadAt(begin, range_.data(), end - begin);
  return {range_.data(), count ? *count : 0};
}

}  // namespace mta
