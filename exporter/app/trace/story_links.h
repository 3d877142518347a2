// Which stories are parts of one: a mail that was handed to a content filter and came back, that was
// forwarded, split or bounced.
//
// An MTA's own word is enough (orig_queue_id= from a trusted client, a bounce's or clone's id).  What a
// remote server said is not: `queued as` counts only where both messages bear the same Message-ID and the
// hand-over stayed within the host or went to another host of the log.
#pragma once

#include <optional>
#include <vector>

#include "exporter/app/trace/story.h"

namespace mta {

// Sets links and before of all stories.
void LinkStories(std::vector<Story>& stories);

// How `index` follows from the story before it; nothing where there is none.
std::optional<Link::Kind> LinkTo(const std::vector<Story>& stories, size_t index);

// Indices of the stories, each chain one after the other as it went on; only chains with a selected story. By
// the time of the chain's beginning.
std::vector<std::vector<size_t>> Chains(const std::vector<Story>& stories);

}  // namespace mta
