#include "exporter/app/trace/story_links.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "exporter/events/queued_as.h"

namespace mta {
namespace {

constexpr int64_t kMinuteNs = 60LL * 1'000'000'000;
using Kind = Link::Kind;

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("IPv6:::1");
}

bool CameFromThisHost(const Story& story) {
  return story.origin == Origin::kLocal || story.origin == Origin::kInternal ||
         IsLoopback(story.client_address);
}

// sendmail does not log the Message-ID of a notification, which it makes of the queue id:
// <DATE.QUEUEID@HOST>.
bool SameMessageId(const Story& a, const Story& b) {
  if (!a.message_id.empty()) return a.message_id == b.message_id;
  return a.mta == "sendmail" && b.message_id.find("." + a.queue_id + "@") != std::string::npos;
}

class Linker {
 public:
  explicit Linker(std::vector<Story>& stories) : stories_(stories) {
    for (size_t i = 0; i < stories_.size(); ++i) {
      stories_[i].links.clear();
      stories_[i].before.reset();
      if (!stories_[i].queue_id.empty()) by_id_.emplace(stories_[i].queue_id, i);
      if (!stories_[i].message_id.empty()) by_message_id_.emplace(stories_[i].message_id, i);
    }
  }

  void LinkAll() {
    for (size_t i = 0; i < stories_.size(); ++i) {
      for (const std::string& id : stories_[i].bounce_queue_ids) ToOwn(i, id, Kind::kNotified);
      for (const std::string& id : stories_[i].fork_queue_ids) ToOwn(i, id, Kind::kCloned);
      for (const Attempt& attempt : stories_[i].attempts) ByReply(i, attempt);
      FromOriginal(i);
      ByBounceProcess(i);
      ByCommand(i);
    }
  }

 private:
  // The message of that id on the same host which was there soonest after this one came.
  void ToOwn(size_t from, std::string_view id, Kind kind) {
    const auto [begin, end] = by_id_.equal_range(id);
    size_t best = stories_.size();
    for (auto at = begin; at != end; ++at) {
      const Story& other = stories_[at->second];
      if (other.host != stories_[from].host || other.last_ns < stories_[from].first_ns) continue;
      if (best == stories_.size() || other.first_ns < stories_[best].first_ns) best = at->second;
    }
    if (best != stories_.size()) Add(from, best, kind);
  }

  void ByReply(size_t from, const Attempt& attempt) {
    if (attempt.status != DeliveryStatus::kSent) return;
    const std::string_view id = QueuedAs(attempt.text);
    if (id.empty()) return;
    if (attempt.transport == "local" && attempt.text.starts_with("forwarded as "))
      return ToOwn(from, id, Kind::kForwarded);
    const auto [begin, end] = by_id_.equal_range(id);
    for (auto at = begin; at != end; ++at) {
      const Story& other = stories_[at->second];
      const bool within_the_log = attempt.hop == Hop::kInternal || other.host != stories_[from].host;
      if (within_the_log && SameMessageId(stories_[from], other)) Add(from, at->second, Kind::kHandedOn);
    }
  }

  void FromOriginal(size_t to) {
    const Story& story = stories_[to];
    if (story.original_queue_id.empty()) return;
    const auto [begin, end] = by_id_.equal_range(story.original_queue_id);
    for (auto at = begin; at != end; ++at) {
      const Story& original = stories_[at->second];
      const bool unknown = original.message_id.empty() || story.message_id.empty();
      if (SameMessageId(original, story) || (unknown && IsLoopback(story.client_address)))
        Add(at->second, to, Kind::kHandedOn);
    }
  }

  // qmail: a bounce is known by the process that queued it, until the number of that process is used again.
  void ByBounceProcess(size_t from) {
    for (const std::string& process : stories_[from].bounce_queue_processes) {
      for (size_t to = 0; to < stories_.size(); ++to) {
        const Story& other = stories_[to];
        const int64_t after_ns = other.first_ns - stories_[from].last_ns;
        if (other.queue_process == process && other.host == stories_[from].host &&
            other.origin == Origin::kInternal && after_ns > -kMinuteNs && after_ns < kMinuteNs)
          Add(from, to, Kind::kNotified);
      }
    }
  }

  // A filter that gives the message back by a command says no id: the same Message-ID, while the first
  // message was being delivered to a program of this host.
  void ByCommand(size_t to) {
    const Story& story = stories_[to];
    if (story.before || story.message_id.empty() || !CameFromThisHost(story)) return;
    const auto [begin, end] = by_message_id_.equal_range(story.message_id);
    for (auto at = begin; at != end; ++at) {
      const Story& original = stories_[at->second];
      if (at->second == to || original.host != story.host || original.first_ns > story.first_ns) continue;
      const bool filtered = std::ranges::any_of(original.attempts, [&](const Attempt& attempt) {
        return attempt.status == DeliveryStatus::kSent && attempt.transport == "pipe" &&
               attempt.time_ns >= story.first_ns - kMinuteNs && attempt.time_ns <= story.first_ns + kMinuteNs;
      });
      if (filtered) Add(at->second, to, Kind::kHandedOn);
    }
  }

  bool LeadsTo(size_t from, size_t to) const {
    for (std::optional<size_t> at = to; at; at = stories_[*at].before) {
      if (*at == from) return true;
    }
    return false;
  }

  // The first link to a story stands; none may close a circle.
  void Add(size_t from, size_t to, Kind kind) {
    if (stories_[to].before || LeadsTo(to, from)) return;
    stories_[from].links.push_back({kind, to});
    stories_[to].before = from;
  }

  std::vector<Story>& stories_;
  std::unordered_multimap<std::string_view, size_t> by_id_;
  std::unordered_multimap<std::string_view, size_t> by_message_id_;
};

void Append(const std::vector<Story>& stories, size_t first, std::vector<size_t>& chain) {
  std::vector<size_t> todo = {first};
  while (!todo.empty()) {
    const size_t index = todo.back();
    todo.pop_back();
    chain.push_back(index);
    for (auto link = stories[index].links.rbegin(); link != stories[index].links.rend(); ++link)
      todo.push_back(link->to);
  }
}

}  // namespace

void LinkStories(std::vector<Story>& stories) {
  Linker(stories).LinkAll();
}

std::optional<Link::Kind> LinkTo(const std::vector<Story>& stories, size_t index) {
  if (!stories[index].before) return std::nullopt;
  const std::vector<Link>& links = stories[*stories[index].before].links;
  const auto link = std::ranges::find(links, index, &Link::to);
  return link == links.end() ? Link::Kind::kHandedOn : link->kind;
}

std::vector<std::vector<size_t>> Chains(const std::vector<Story>& stories) {
  std::vector<std::vector<size_t>> chains;
  for (size_t i = 0; i < stories.size(); ++i) {
    if (stories[i].before) continue;
    std::vector<size_t> chain;
    Append(stories, i, chain);
    if (std::ranges::any_of(chain, [&](size_t index) { return stories[index].selected; }))
      chains.push_back(std::move(chain));
  }
  std::ranges::stable_sort(chains, {}, [&](const auto& chain) { return stories[chain.front()].first_ns; });
  return chains;
}

}  // namespace mta
