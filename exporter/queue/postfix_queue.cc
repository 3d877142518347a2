#include <algorithm>
#include <array>
#include <cerrno>

#include "exporter/base/civil.h"
#include "exporter/queue/postfix_file.h"
#include "exporter/queue/queue_scan.h"
#include "exporter/queue/showq_client.h"
#include "exporter/queue/walk.h"

namespace mta {
namespace {

constexpr int kHashDepth = 10;  // the most hash_queue_depth can be
constexpr std::string_view kCorrupt = "corrupt";

// A queue file; one that is gone or not whole yet is no message.  Of a file that may not be opened the head
// is unknown: then the queue is unread.
Outcome AddFile(Env& env, const std::string& path, QueueFigures& figures) {
  const auto file = env.OpenRegular(path);
  if (!file && file.error().system_code == ENOENT) return {};
  if (!file) return tl::unexpected(Explained(path, file.error()));
  const auto status = (*file)->Status();
  if (!status) return tl::unexpected(status.error());
  if (figures.queue != kCorrupt && !IsWholePostfixFile(status->permissions)) return {};
  std::array<char, kPostfixHeadBytes> buffer;
  const auto size = (*file)->ReadAt(0, buffer.data(), buffer.size());
  if (!size) return tl::unexpected(size.error());
  const PostfixHead head = ParsePostfixHead({buffer.data(), *size});
  // Of a deferred message mtime is the next attempt, not the arrival; it stands in where there is no head.
  figures.Add(head.message_bytes.value_or(status->size_bytes),
              head.arrival_seconds.value_or(status->mtime_ns / kNanosPerSecond));
  return {};
}

Result<QueueFigures> ReadQueue(const std::string& spool, std::string_view queue, Env& env,
                               const ScanLimits& limits) {
  QueueFigures figures{.queue = std::string(queue), .now_seconds = env.NowNs() / kNanosPerSecond};
  WalkOptions options;
  options.depth = queue == "maildrop" ? 0 : kHashDepth;
  options.enters = [](std::string_view name) { return name.size() == 1; };
  Outcome files;
  const Outcome walked =
      WalkQueue(env, spool + "/" + figures.queue, options, limits, [&](const WalkedFile& file) {
        if (files) files = AddFile(env, file.path, figures);
      });
  if (!walked) return tl::unexpected(walked.error());
  if (!files) return tl::unexpected(files.error());
  return figures;
}

void AskForTheRest(const std::string& spool, Env& env, const ScanLimits& limits, QueueReport& report) {
  const std::string socket = spool + "/public/showq";
  ShowqParser parser(env.NowNs() / kNanosPerSecond);
  const Outcome asked = AskShowq(socket, env, limits, parser);
  if (!asked) {
    report.problems.push_back(Explained(socket, asked.error()).message);
    return;
  }
  for (const QueueFigures& figures : parser.figures()) {
    if (std::erase(report.unread, figures.queue) > 0) report.Add(figures);
  }
}

}  // namespace

QueueReport ScanPostfix(const std::string& directory, Env& env, const ScanLimits& limits) {
  QueueReport report;
  if (const auto spool = env.Status(directory); !spool) {
    report.unread.assign(ShowqParser::kQueues.begin(), ShowqParser::kQueues.end());
    report.problems.push_back(Explained(directory, spool.error()).message);
    return report;
  }
  for (const std::string_view queue : ShowqParser::kQueues) {
    const Result<QueueFigures> figures = ReadQueue(directory, queue, env, limits);
    if (figures)
      report.Add(*figures);
    else
      report.unread.emplace_back(queue);
  }
  // Nothing but the directory tells of corrupt files, and few need them: no figures, and no problem either.
  if (const auto corrupt = ReadQueue(directory, kCorrupt, env, limits)) report.Add(*corrupt);
  if (!report.unread.empty()) AskForTheRest(directory, env, limits, report);
  return report;
}

}  // namespace mta
