// Hunt: from a selection to the stories of all messages it is about, in logs of any size.
//
// First pass: the lines that hold a word of the selection tell the queue ids.  Then the lines that hold one
// of these ids (or a Message-ID) become stories; where these tell of further ids (a content filter, a bounce,
// the submission before), the logs are read again, until nothing new comes.  Mostly that makes two passes.
// Memory is bounded by the number of messages selected, not by the size of the logs.  One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/app/source/log_files.h"
#include "exporter/app/trace/candidates.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story_builder.h"
#include "exporter/base/needles.h"

namespace mta {

struct HuntOptions {
  std::string mta = "auto";
  size_t limit = 1000;  // messages selected, the newest; 0: all
  bool keep_lines = false;
};

class Hunt {
 public:
  // Told of every chunk's size, as read.
  using Advance = std::function<void(uint64_t bytes)>;

  // All must outlive the hunt.
  Hunt(LogFiles& files, const Selection& selection, HuntOptions options, Advance advance);

  // Reads the logs.  What could not be read is in problems(); what could, counts.
  Outcome Run();

  // Selected ones and what belongs to them, linked.
  std::vector<Story>& stories() { return stories_; }
  uint64_t left_out() const { return left_out_; }  // selected beyond the limit
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  static constexpr int kMostPasses = 6;

  Outcome FindCandidates();
  Outcome BuildStories(bool& complete);
  Outcome ReadAll(LineObserver& observer, const Needles& needles,
                  const std::function<void(size_t log)>& begin_log,
                  const std::function<void(const LogFile& file, uint64_t end)>& after_chunk);
  void LookAround(const LogFile& file, uint64_t end, std::vector<std::string> ids);
  std::vector<std::string> LookThrough(std::string_view lines, std::vector<std::string> ids);
  Needles StoryNeedles() const;
  void Keep(std::vector<Story>& stories);
  void DropUnwanted(StoryBuilder& builder);

  LogFiles& files_;
  const Selection& selection_;
  const HuntOptions options_;
  const Advance advance_;
  TextSet queue_ids_;
  TextSet message_ids_;
  bool read_all_lines_ = false;  // an MTA's lines do not all name their message
  std::vector<Story> refusals_;  // found in the first pass: they name no message
  std::vector<Story> stories_;
  uint64_t left_out_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace mta
