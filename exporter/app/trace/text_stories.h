// Stories for a person: one readable block for each chain of messages, aligned, no wider than the terminal.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/console/redaction.h"
#include "exporter/app/console/text_canvas.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story.h"

namespace mta {

class TextStories {
 public:
  // All must outlive this.  Recipients that the selection asks for come first, long lists of others are
  // summed up.
  TextStories(const TextCanvas& canvas, Redaction& redaction, const Selection& selection)
      : canvas_(canvas), redaction_(redaction), selection_(selection) {}

  // The messages of a chain, as Chains() gives them.
  std::string Chain(const std::vector<Story>& stories, const std::vector<size_t>& chain);

 private:
  struct Recipient {
    std::string_view address;
    std::string_view original;
    std::vector<const Attempt*> attempts;
    bool selected = false;
  };

  void Head(const Story& story, std::string_view relation, std::string& out);
  void Arrival(const Story& story, bool is_notification, std::string& out);
  void Recipients(const Story& story, std::string& out);
  void One(const Recipient& recipient, size_t relay_columns, std::string& out);
  // Attempts that ended alike; `before` them another one.
  void Attempts(const std::vector<const Attempt*>& same, const Attempt* before, size_t relay_columns,
                std::string& out);
  void Refusals(const Story& story, std::string& out);
  void One(const Refusal& refusal, std::string& out);
  void Ending(const Story& story, std::string& out);
  void Field(std::string_view name, std::string_view value, std::string& out) const;
  void Advice(Reason reason, std::string& out) const;
  std::string When(int64_t time_ns);
  std::vector<Recipient> RecipientsOf(const Story& story) const;

  const TextCanvas& canvas_;
  Redaction& redaction_;
  const Selection& selection_;
  int64_t day_ns_ = kNoTime;  // of the last time that was written
};

}  // namespace mta
