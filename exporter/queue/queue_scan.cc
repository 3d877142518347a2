#include "exporter/queue/queue_scan.h"

#include <algorithm>
#include <iterator>

namespace mta {
namespace {

using Scan = QueueReport (*)(const std::string& directory, Env& env, const ScanLimits& limits);

struct MtaScan {
  std::string_view mta;
  Scan scan;
};

constexpr MtaScan kScans[] = {{"postfix", ScanPostfix}, {"sendmail", ScanSendmail}, {"qmail", ScanQmail}};

}  // namespace

bool HasQueueScan(std::string_view mta) {
  return std::ranges::find(kScans, mta, &MtaScan::mta) != std::end(kScans);
}

QueueReport ScanQueues(const QueueTarget& target, Env& env, const ScanLimits& limits) {
  QueueReport all;
  const auto found = std::ranges::find(kScans, target.mta, &MtaScan::mta);
  if (found == std::end(kScans)) return all;
  std::vector<std::string> unread;  // a sum that lacks a part is wrong
  for (const std::string& directory : target.directories) {
    QueueReport one = found->scan(directory, env, limits);
    for (const QueueFigures& figures : one.queues) all.Add(figures);
    std::ranges::move(one.unread, std::back_inserter(unread));
    std::ranges::move(one.problems, std::back_inserter(all.problems));
  }
  std::erase_if(all.queues, [&](const QueueFigures& figures) {
    return std::ranges::find(unread, figures.queue) != unread.end();
  });
  all.unread = std::move(unread);
  return all;
}

}  // namespace mta
