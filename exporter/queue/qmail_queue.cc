#include <algorithm>
#include <array>
#include <cerrno>

#include "exporter/base/ascii.h"
#include "exporter/base/civil.h"
#include "exporter/queue/queue_scan.h"
#include "exporter/queue/walk.h"

namespace mta {
namespace {

constexpr std::array<std::string_view, 4> kQueues = {"local", "remote", "todo", "bounce"};

bool IsNumber(std::string_view name) {
  return ParseUnsigned(name).has_value();
}

// How many hashed subdirectories mess has: conf-split, 23 unless somebody chose another.
Result<uint64_t> CountSplit(const std::string& mess, Env& env) {
  uint64_t split = 0;
  const Outcome listed = env.ForEachEntry(mess, [&](std::string_view name, std::optional<FileKind>) {
    split += IsNumber(name) ? 1 : 0;
    return true;
  });
  if (!listed) return tl::unexpected(Explained(mess, listed.error()));
  if (split == 0) return Fail(mess + ": no hashed subdirectories: this is no queue of qmail");
  return split;
}

// Files are named by the message's number, and hold no text: size and arrival are those of mess/ID%split/ID,
// which is written once.
Result<QueueFigures> ReadQueue(const std::string& directory, std::string_view queue, uint64_t split, Env& env,
                               const ScanLimits& limits) {
  QueueFigures figures{.queue = std::string(queue)};
  WalkOptions options;
  options.depth = 1;
  options.enters = IsNumber;
  Outcome messages;
  std::string mess = directory + "/mess/";
  const size_t base = mess.size();
  const Outcome walked =
      WalkQueue(env, directory + "/" + figures.queue, options, limits, [&](const WalkedFile& file) {
        const auto number = ParseUnsigned(file.name);
        if (!number) return;
        mess.resize(base);
        mess.append(std::to_string(*number % split)).append("/").append(file.name);
        const auto status = env.Status(mess);
        if (status)
          figures.Add(status->size_bytes, status->mtime_ns / kNanosPerSecond);
        else if (status.error().system_code != ENOENT)
          messages = tl::unexpected(Explained(mess, status.error()));
      });
  if (!walked) return tl::unexpected(walked.error());
  if (!messages) return tl::unexpected(messages.error());
  return figures;
}

}  // namespace

QueueReport ScanQmail(const std::string& directory, Env& env, const ScanLimits& limits) {
  QueueReport report;
  const Result<uint64_t> split = CountSplit(directory + "/mess", env);
  if (!split) {
    report.unread.assign(kQueues.begin(), kQueues.end());
    report.problems.push_back(split.error().message);
    return report;
  }
  for (const std::string_view queue : kQueues) {
    const Result<QueueFigures> figures = ReadQueue(directory, queue, *split, env, limits);
    if (figures) {
      report.Add(*figures);
      continue;
    }
    report.unread.emplace_back(queue);
    report.problems.push_back(figures.error().message);
  }
  return report;
}

}  // namespace mta
