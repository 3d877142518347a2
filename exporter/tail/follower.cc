#include "exporter/tail/follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "exporter/tail/directory_names.h"
#include "exporter/tail/glob.h"
#include "exporter/tail/multilog.h"
#include "exporter/tail/rotated_name.h"

namespace mta {

Follower::Follower(Env& env, FollowerOptions options)
    : env_(env), options_(std::move(options)), pattern_(IsPattern(options_.log)) {}

FollowProgress Follower::Poll(FollowSink& sink, uint64_t budget_bytes) {
  FollowProgress progress;
  if (auto found = FindLogs(); !found) progress.problem = found.error().message;
  uint64_t budget = budget_bytes;
  // Begin where the budget ended last time, so that one busy log does not starve the others.
  auto at = logs_.lower_bound(next_);
  next_.clear();
  for (size_t left = logs_.size(); left > 0; --left, ++at) {
    if (at == logs_.end()) at = logs_.begin();
    at->second.log->Poll(sink, budget, progress);
    if (budget == 0 && next_.empty()) next_ = at->first;
  }
  if (pattern_) std::erase_if(logs_, [](const auto& entry) { return entry.second.log->gone(); });
  if (logs_.empty() && progress.problem.empty()) {
    progress.problem = fmt::format("no file matches {}", options_.log);
  }
  return progress;
}

Outcome Follower::FindLogs() {
  const int64_t now = env_.MonotonicNs();
  if (found_ns_ != 0 && now - found_ns_ < options_.look_interval_ns) return {};
  const auto places = FindPlaces();
  if (!places) return tl::unexpected(places.error());
  for (const LogPlace& place : *places) {
    const auto log = logs_.find(place.path);
    if (log == logs_.end()) AddLog(place, options_.from_beginning || found_);
  }
  found_ = true;
  found_ns_ = now;
  return {};
}

Result<std::vector<LogPlace>> Follower::FindPlaces() {
  if (!pattern_) return std::vector<LogPlace>{PlaceOf(options_.log)};
  auto paths = ExpandPattern(env_, options_.log);
  if (!paths) return tl::unexpected(paths.error());
  RemoveRotated(*paths);
  std::vector<LogPlace> places;
  for (const std::string& path : *paths) places.push_back(PlaceOf(path));
  return places;
}

LogPlace Follower::PlaceOf(const std::string& path) {
  if (FileNameOf(path) == kMultilogCurrent) return {path, true};
  const auto status = env_.Status(path);
  if (!status || status->kind != FileKind::kDirectory) return {path, false};
  return {path + (path.ends_with('/') ? "" : "/") + std::string(kMultilogCurrent), true};
}

// mail.log* matches mail.log.1 too, which is read as a rotated file of mail.log.
void Follower::RemoveRotated(std::vector<std::string>& paths) const {
  const std::set<std::string> all(paths.begin(), paths.end());
  std::erase_if(paths, [&](const std::string& path) {
    const std::string_view name = FileNameOf(path);
    const auto parsed = ParseRotatedName(name);
    if (!parsed) return false;
    const std::string base = path.substr(0, path.size() - name.size()) + parsed->base;
    return all.contains(base) || logs_.contains(base);
  });
}

Follower::Log& Follower::AddLog(LogPlace place, bool from_beginning) {
  FollowedLogOptions options;
  options.place = place;
  options.from_beginning = from_beginning;
  options.may_be_missing = pattern_;
  options.max_line_bytes = options_.max_line_bytes;
  options.look_interval_ns = options_.look_interval_ns;
  Log& log = logs_[place.path];
  log = {std::move(place), from_beginning, std::make_unique<FollowedLog>(env_, std::move(options))};
  return log;
}

std::vector<std::string> Follower::WatchPaths() const {
  std::set<std::string> paths;
  for (const auto& [path, log] : logs_) {
    paths.insert(path);
    paths.emplace(DirectoryOf(path));
  }
  return {paths.begin(), paths.end()};
}

void Follower::Save(ByteWriter& out) const {
  out.PutBytes(options_.log);
  out.Put(found_);
  out.Put(static_cast<uint32_t>(logs_.size()));
  for (const auto& [path, log] : logs_) {
    out.PutBytes(path);
    out.Put(log.place.multilog);
    out.Put(log.from_beginning);
    out.PutPart(*log.log);
  }
}

bool Follower::Restore(ByteReader& in) {
  const bool same = in.GetBytes() == options_.log;
  found_ = in.Get<uint8_t>() != 0;
  logs_.clear();
  bool whole = true;
  for (auto left = in.Get<uint32_t>(); left > 0 && whole; --left) {
    LogPlace place;
    place.path = in.GetBytes();
    place.multilog = in.Get<uint8_t>() != 0;
    const bool from_beginning = in.Get<uint8_t>() != 0;
    whole = in.ok() && in.GetPart(*AddLog(std::move(place), from_beginning).log);
  }
  if (whole && in.ok() && (same || KeepOwnLog())) return true;
  found_ = false;
  logs_.clear();
  return false;
}

// Of what was saved under another name.
bool Follower::KeepOwnLog() {
  if (pattern_) return false;
  const std::string own = PlaceOf(options_.log).path;
  std::erase_if(logs_, [&](const auto& entry) { return entry.first != own; });
  return !logs_.empty();
}

}  // namespace mta
