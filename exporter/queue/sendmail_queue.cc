#include <array>
#include <cerrno>

#include "exporter/base/civil.h"
#include "exporter/base/scanner.h"
#include "exporter/queue/queue_scan.h"
#include "exporter/queue/walk.h"

namespace mta {
namespace {

constexpr int kDepth = 3;  // queue groups and queue directories below the one that is named, and qf, df, xf
constexpr size_t kHeadBytes = 256;

// The creation time stands in a line of its own, "T1700000000", among the first ones; mtime moves with every
// attempt (sendmail 8, queue.c).
std::optional<int64_t> CreationTime(std::string_view head) {
  for (Scanner in(head); !in.done();) {
    const std::string_view line = in.TakeWhile([](char c) { return c != '\n'; });
    if (!in.Take('\n')) return std::nullopt;  // cut off
    if (!line.starts_with('T')) continue;
    const auto seconds = ParseUnsigned(line.substr(1));
    if (seconds && *seconds <= INT64_MAX) return static_cast<int64_t>(*seconds);
  }
  return std::nullopt;
}

Outcome AddControlFile(Env& env, const std::string& path, QueueFigures& figures) {
  const auto file = env.OpenRegular(path);
  if (!file && file.error().system_code == ENOENT) return {};
  if (!file) return tl::unexpected(Explained(path, file.error()));
  const auto status = (*file)->Status();
  if (!status) return tl::unexpected(status.error());
  if (status->size_bytes == 0) return {};  // just made, no message yet
  std::array<char, kHeadBytes> buffer;
  const auto size = (*file)->ReadAt(0, buffer.data(), buffer.size());
  if (!size) return tl::unexpected(size.error());
  figures.Add(status->size_bytes,
              CreationTime({buffer.data(), *size}).value_or(status->mtime_ns / kNanosPerSecond));
  return {};
}

std::string QueueOf(std::string_view directory) {
  return directory.find("client") == std::string_view::npos ? "mqueue" : "clientmqueue";
}

}  // namespace

QueueReport ScanSendmail(const std::string& directory, Env& env, const ScanLimits& limits) {
  QueueFigures figures{.queue = QueueOf(directory)};
  WalkOptions options;
  options.depth = kDepth;
  Outcome files;
  const Outcome walked = WalkQueue(env, directory, options, limits, [&](const WalkedFile& file) {
    if (file.name.starts_with("qf")) {
      if (files) files = AddControlFile(env, file.path, figures);
    } else if (file.name.starts_with("df")) {
      if (const auto status = env.Status(file.path)) figures.bytes += status->size_bytes;
    }
  });
  QueueReport report;
  if (walked && files) {
    report.Add(figures);
    return report;
  }
  report.unread.push_back(figures.queue);
  report.problems.push_back(walked ? files.error().message : walked.error().message);
  return report;
}

}  // namespace mta
