#include "exporter/app/trace/text_stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "exporter/app/console/moment.h"
#include "exporter/app/trace/outcome.h"
#include "exporter/app/trace/story_links.h"
#include "exporter/events/label_values.h"
#include "exporter/events/reason_advice.h"

namespace mta {
namespace {

constexpr size_t kFieldColumns = 13;  // "  message-id "
constexpr size_t kTextIndent = 14;    // below the status of an attempt
constexpr size_t kWidestRelay = 38;
constexpr size_t kMostOthers = 10;  // recipients nobody asked for that are told one by one

Ink InkOf(DeliveryStatus status) {
  return status == DeliveryStatus::kSent       ? Ink::kGood
         : status == DeliveryStatus::kDeferred ? Ink::kDoubtful
                                               : Ink::kBad;
}

bool SameResult(const Attempt& a, const Attempt& b) {
  return a.status == b.status && a.relay == b.relay && a.text == b.text;
}

std::string TotalOf(const Attempt& attempt) {
  return attempt.delay_seconds ? DurationText(*attempt.delay_seconds) : std::string();
}

// What the time before the queue manager was spent on depends on whether it was tried before.
std::string SplitOf(const Attempt& attempt, bool again) {
  if (!attempt.phase_seconds) return {};
  const auto& part = *attempt.phase_seconds;
  return fmt::format("{} {}, {} queued, {} connecting, {} sending", DurationText(part[0]),
                     again ? "arriving and waiting" : "arriving", DurationText(part[1]),
                     DurationText(part[2]), DurationText(part[3]));
}

// Where it was tried; a delivery on this host names no relay.
std::string RelayOf(const Attempt& attempt) {
  return TextCanvas::Harmless(attempt.relay.empty() ? attempt.transport : attempt.relay);
}

std::string_view WordFor(SmtpCommand command) {
  constexpr std::array<std::string_view, 7> kWords = {
      "at connect", "at HELO", "at MAIL FROM", "at RCPT TO", "at DATA", "after its content", "at a command"};
  return NameOf(kWords, command);
}

std::string_view WordFor(RejectedBy rejected_by) {
  constexpr std::array<std::string_view, 7> kWords = {
      "policy",     "a milter",  "a proxy filter", "a check of the content",
      "postscreen", "a ruleset", "rblsmtpd"};
  return NameOf(kWords, rejected_by);
}

std::string_view WordFor(Link::Kind kind) {
  switch (kind) {
    case Link::Kind::kForwarded:
      return "forwarded from";
    case Link::Kind::kCloned:
      return "split off";
    case Link::Kind::kNotified:
      return "notification about";
    default:
      return "handed on by";
  }
}

}  // namespace

std::string TextStories::Chain(const std::vector<Story>& stories, const std::vector<size_t>& chain) {
  std::string out;
  for (const size_t index : chain) {
    const Story& story = stories[index];
    if (!out.empty()) out += '\n';
    day_ns_ = kNoTime;
    const std::optional<Link::Kind> kind = LinkTo(stories, index);
    Head(story, kind ? fmt::format("{} {}", WordFor(*kind), stories[*story.before].queue_id) : "", out);
    Arrival(story, kind == Link::Kind::kNotified, out);
    Refusals(story, out);
    Recipients(story, out);
    Ending(story, out);
  }
  return out;
}

// ABC123DEF456  on hostname (postfix), handed on by …                 delivered
void TextStories::Head(const Story& story, std::string_view relation, std::string& out) {
  const Outline outline = OutlineOf(story);
  const std::string id = story.queue_id.empty() ? "no queue id" : TextCanvas::Harmless(story.queue_id);
  const std::string where = fmt::format("  on {} ({}){}{}", TextCanvas::Harmless(story.host), story.mta,
                                        relation.empty() ? "" : ", ", TextCanvas::Harmless(relation));
  const std::string left = (relation.empty() ? "" : "-> ") + id;
  const size_t used = ColumnsOf(left) + ColumnsOf(where) + outline.word.size();
  out += canvas_.Paint(Ink::kBold, left) + where;
  out.append(used + 2 <= canvas_.width() ? canvas_.width() - used : 2, ' ');
  const Ink ink = outline.failed ? Ink::kBad : outline.doubtful ? Ink::kDoubtful : Ink::kGood;
  out += canvas_.Paint(ink, outline.word) + '\n';
}

void TextStories::Field(std::string_view name, std::string_view value, std::string& out) const {
  const std::string first = "  " + Padded(name, kFieldColumns - 2);
  canvas_.Wrap(out, canvas_.Paint(Ink::kFaint, first), kFieldColumns, value);
}

void TextStories::Arrival(const Story& story, bool is_notification, std::string& out) {
  std::string arrival = When(story.first_ns);
  const bool unseen = !story.arrival_seen && story.client_address.empty() && !story.queue_id.empty();
  if (unseen && !is_notification) arrival += ", already under way: its arrival is not in what was read";
  if (!story.client_address.empty() || !story.client_name.empty())
    arrival += " from " + TextCanvas::Harmless(redaction_.ClientName(story.client_name));
  if (!story.client_address.empty())
    arrival += fmt::format("[{}]", TextCanvas::Harmless(redaction_.Client(story.client_address)));
  if (!story.login.empty()) arrival += ", login " + TextCanvas::Harmless(redaction_.Name(story.login));
  if (!story.user_id.empty()) arrival += ", from a program of user " + TextCanvas::Harmless(story.user_id);
  if ((story.origin == Origin::kInternal && story.user_id.empty()) || (unseen && is_notification))
    arrival += ", made by the mail system itself";
  Field(story.queue_id.empty() ? "client" : "arrived", arrival, out);
  if (story.envelope_seen || !story.sender.empty())
    Field(
        "from",
        story.sender.empty() ? "<> (a notification)" : TextCanvas::Harmless(redaction_.Address(story.sender)),
        out);
  if (!story.message_id.empty())
    Field("message-id", TextCanvas::Harmless(redaction_.Text(story.message_id)), out);
  if (story.envelope_seen && !story.queue_id.empty()) {
    std::string size = SizeText(story.size_bytes);
    if (story.recipients)
      size += fmt::format(", {} recipient{}", *story.recipients, *story.recipients == 1 ? "" : "s");
    Field("size", size, out);
  }
  for (const Note& note : story.notes)
    Field("note",
          fmt::format("{} {}{}{}", When(note.time_ns), TextCanvas::Harmless(note.what),
                      note.text.empty() ? "" : ": ", TextCanvas::Harmless(redaction_.Text(note.text))),
          out);
}

std::string TextStories::When(int64_t time_ns) {
  if (time_ns == kNoTime) return "at a time the log does not tell";
  const bool same_day = day_ns_ != kNoTime && SameDay(day_ns_, time_ns);
  day_ns_ = time_ns;
  return same_day ? TimeText(time_ns) : fmt::format("{} {}", DateText(time_ns), TimeText(time_ns));
}

std::vector<TextStories::Recipient> TextStories::RecipientsOf(const Story& story) const {
  std::vector<Recipient> recipients;
  std::map<std::pair<std::string_view, std::string_view>, size_t> known;
  for (const Attempt& attempt : story.attempts) {
    const auto [at, is_new] =
        known.try_emplace({attempt.recipient, attempt.original_recipient}, recipients.size());
    if (is_new) recipients.push_back({attempt.recipient, attempt.original_recipient, {}, false});
    Recipient& recipient = recipients[at->second];
    recipient.attempts.push_back(&attempt);
    recipient.selected = recipient.selected || selection_.MatchesAttempt(attempt, story);
  }
  std::stable_partition(recipients.begin(), recipients.end(), [](const Recipient& r) { return r.selected; });
  return recipients;
}

void TextStories::Recipients(const Story& story, std::string& out) {
  const std::vector<Recipient> recipients = RecipientsOf(story);
  size_t relay_columns = 0;
  for (const Attempt& attempt : story.attempts)
    relay_columns = std::max(relay_columns, ColumnsOf(RelayOf(attempt)));
  relay_columns = std::min(relay_columns, kWidestRelay);
  size_t others = 0;
  std::array<size_t, 3> left_out = {};
  for (const Recipient& recipient : recipients) {
    if (!(selection_.AboutAttempts() && recipient.selected) && ++others > kMostOthers) {
      ++left_out[static_cast<size_t>(recipient.attempts.back()->status)];
      continue;
    }
    One(recipient, relay_columns, out);
  }
  const size_t sum = left_out[0] + left_out[1] + left_out[2];
  if (sum + story.attempts_left_out > 0) {
    Field("and",
          fmt::format("{} more recipients: {} sent, {} deferred, {} bounced (--format=json has them all)",
                      sum + story.attempts_left_out, left_out[0], left_out[1], left_out[2]),
          out);
  }
  for (const Waiting& waiting : story.waiting) {
    constexpr std::array<std::string_view, 3> kStates = {
        "being delivered since", "in the queue, not tried yet, since", "held in quarantine since"};
    const bool over = story.end == Story::End::kRemoved;
    Field("to",
          fmt::format("{}: {} {}", TextCanvas::Harmless(redaction_.Address(waiting.recipient)),
                      over ? "its result is not in the log; begun" : NameOf(kStates, waiting.state),
                      When(waiting.time_ns)),
          out);
  }
}

void TextStories::One(const Recipient& recipient, size_t relay_columns, std::string& out) {
  std::string name = TextCanvas::Harmless(redaction_.Address(recipient.address));
  if (name.empty()) name = "(the log does not name the recipient)";
  if (!recipient.original.empty() && recipient.original != recipient.address)
    name += "  for " + TextCanvas::Harmless(redaction_.Address(recipient.original));
  Field("to", name, out);
  std::vector<const Attempt*> same;
  const Attempt* before = nullptr;
  for (const Attempt* attempt : recipient.attempts) {
    if (!same.empty() && !SameResult(*same.back(), *attempt)) {
      Attempts(same, before, relay_columns, out);
      before = same.back();
      same.clear();
    }
    same.push_back(attempt);
  }
  Attempts(same, before, relay_columns, out);
  const Attempt& last = *recipient.attempts.back();
  if (last.status != DeliveryStatus::kSent) Advice(last.reason, out);
}

// One line of figures and one of words for attempts that ended alike.
void TextStories::Attempts(const std::vector<const Attempt*>& same, const Attempt* before,
                           size_t relay_columns, std::string& out) {
  const Attempt& first = *same.front();
  const Attempt& last = *same.back();
  const std::string status = Padded(NameOf(kStatusNames, first.status), 8);
  const bool same_day = day_ns_ != kNoTime && SameDay(day_ns_, first.time_ns);
  if (!same_day && first.time_ns != kNoTime) out += "    " + DateText(first.time_ns) + '\n';
  day_ns_ = first.time_ns;
  std::string line =
      fmt::format("    {}  {}  {}", TimeText(first.time_ns), canvas_.Paint(InkOf(first.status), status),
                  Padded(RelayOf(first), relay_columns));
  size_t used = 4 + 8 + 2 + 8 + 2 + std::max(relay_columns, ColumnsOf(RelayOf(first)));
  const std::string total = TotalOf(first);
  const std::string split = SplitOf(first, before != nullptr);
  if (!total.empty()) {
    line += "  " + total;
    used += 2 + total.size();
  }
  const bool fits = used + 3 + split.size() <= canvas_.width();
  if (!split.empty() && fits) line += " (" + split + ")";
  while (line.ends_with(' ')) line.pop_back();
  out += line + '\n';
  const std::string indent(kTextIndent, ' ');
  if (!split.empty() && !fits) canvas_.Wrap(out, indent, kTextIndent, split, Ink::kFaint);
  if (!first.text.empty() && (before == nullptr || before->text != first.text))
    canvas_.Wrap(out, indent, kTextIndent, TextCanvas::Harmless(redaction_.Text(first.text)));
  if (same.size() > 1)
    canvas_.Wrap(
        out, indent, kTextIndent,
        fmt::format("the same {} more, the last time {}{}",
                    same.size() == 2 ? "once" : fmt::format("{} times", same.size() - 1), When(last.time_ns),
                    TotalOf(last).empty() ? "" : fmt::format(", {} after it came", TotalOf(last))),
        Ink::kFaint);
}

void TextStories::Advice(Reason reason, std::string& out) const {
  const ReasonAdvice& advice = AdviceOn(reason);
  canvas_.Wrap(out, std::string(kTextIndent, ' '), kTextIndent,
               fmt::format("{}: {}. What helps: {}.", ReasonName(reason), advice.meaning, advice.help),
               Ink::kDoubtful);
}

// Those of the recipients that were asked for first.
void TextStories::Refusals(const Story& story, std::string& out) {
  std::vector<const Refusal*> refusals;
  for (const Refusal& refusal : story.refusals) refusals.push_back(&refusal);
  const auto selected = [this](const Refusal* r) {
    return selection_.AboutAttempts() && selection_.MatchesRefusal(*r);
  };
  const auto others = std::stable_partition(refusals.begin(), refusals.end(), selected);
  const auto chosen = static_cast<size_t>(others - refusals.begin());
  const size_t told = std::min(refusals.size(), chosen + kMostOthers);
  for (size_t i = 0; i < told; ++i) One(*refusals[i], out);
  if (told < refusals.size()) Field("and", fmt::format("{} more were refused", refusals.size() - told), out);
}

void TextStories::One(const Refusal& refusal, std::string& out) {
  std::string what = fmt::format("{} {} by {}", When(refusal.time_ns), WordFor(refusal.command),
                                 WordFor(refusal.rejected_by));
  if (!refusal.recipient.empty())
    what += ", for " + TextCanvas::Harmless(redaction_.Address(refusal.recipient));
  Field("refused", what, out);
  const std::string indent(kTextIndent, ' ');
  if (!refusal.text.empty())
    canvas_.Wrap(out, indent, kTextIndent, TextCanvas::Harmless(redaction_.Text(refusal.text)));
  Advice(refusal.reason, out);
}

void TextStories::Ending(const Story& story, std::string& out) {
  if (story.expired) Field("expired", "given up after too long in the queue", out);
  if (story.end == Story::End::kRemoved) {
    std::string text = When(story.end_ns);
    if (story.lifetime_seconds) text += ", after " + DurationText(*story.lifetime_seconds) + " in the queue";
    Field("removed", text, out);
  }
  if (const std::string_view now = OutlineOf(story).now; !now.empty()) Field("now", now, out);
}

}  // namespace mta
