// Scans the queue directories of an MTA once.  The thread that scans; changes nothing, and blocks no longer
// than the limits allow where the file system answers.
#pragma once

#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/queue/queue_report.h"
#include "exporter/queue/scan_limits.h"

namespace mta {

// What belongs to one pair of labels mta, source.
struct QueueTarget {
  std::string mta;     // postfix, sendmail or qmail
  std::string source;  // label
  // Postfix: queue_directory.  sendmail: a QueueDirectory with all below it.  qmail: the directory that has
  // mess, todo, ….  Figures are sums over all of them.
  std::vector<std::string> directories;
};

// Postfix: incoming, active, deferred, hold, maildrop and corrupt as far as the directories may be read; of
// the others what showq tells, which knows all but corrupt.
QueueReport ScanPostfix(const std::string& directory, Env& env, const ScanLimits& limits);

// sendmail: the qf files are the messages, their bytes those of qf and df.  A directory whose name holds
// "client" is the queue clientmqueue, any other mqueue.
QueueReport ScanSendmail(const std::string& directory, Env& env, const ScanLimits& limits);

// qmail: todo, and messages that have recipients left in local, in remote, or bounces to send.
QueueReport ScanQmail(const std::string& directory, Env& env, const ScanLimits& limits);

bool HasQueueScan(std::string_view mta);
QueueReport ScanQueues(const QueueTarget& target, Env& env, const ScanLimits& limits);

}  // namespace mta
