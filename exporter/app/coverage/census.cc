#include "exporter/app/coverage/census.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kKindBytes = 120;

void CountName(std::map<std::string, uint64_t>& names, std::string_view name) {
  const std::string key(name.empty() ? std::string_view("(none)") : name);
  if (names.size() < Census::kMostNames || names.contains(key)) ++names[key];
}

bool IsVariable(std::string_view word) {
  const size_t dot = word.find('.');
  if (dot != word.npos && dot + 1 < word.size()) return true;
  return std::ranges::any_of(word, [](char c) {
    return IsDigit(c) || c == '@' || c == '!' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string TextOf(const LogRecord& record, std::string_view message) {
  return record.tag.empty() ? std::string(message) : fmt::format("{}: {}", record.tag, message);
}

}  // namespace

std::string KindOf(std::string_view text) {
  std::string kind;
  while (!text.empty() && kind.size() < kKindBytes) {
    const char c = text.front();
    const size_t close = c == '<'   ? text.find('>')
                         : c == '[' ? text.find(']')
                         : c == '"' ? text.find('"', 1)
                                    : text.npos;
    if (close != std::string_view::npos) {
      kind += c;
      kind += "*";
      kind += text[close];
      text.remove_prefix(close + 1);
      continue;
    }
    const size_t end = std::min(text.find_first_of(" <[\",;:()=", 1), text.size());
    const std::string_view word = text.substr(0, end);
    kind += IsVariable(word) ? (word.front() == ' ' ? " *" : "*") : word;
    text.remove_prefix(end);
  }
  return kind;
}

void Census::Count(std::string_view metric) {
  uint64_t*& count = known_metrics_[metric];
  if (count == nullptr) count = &events[std::string(metric)];
  ++*count;
}

void Census::BeginLine(const LogRecord&, std::string_view mta) {
  mta_ = mta;
}

void Census::SeeTime(int64_t time_ns) {
  if (time_ns == kNoTime) {
    ++timeless;
    return;
  }
  const auto [last, is_first] = last_of_log_.try_emplace(log_, time_ns);
  if (!is_first && time_ns - last->second >= kGapNs) {
    gaps.push_back({log_, last->second, time_ns});
    if (gaps.size() > kMostGaps)
      gaps.erase(std::ranges::min_element(gaps, {}, [](const Gap& gap) { return gap.to_ns - gap.from_ns; }));
  }
  last->second = std::max(last->second, time_ns);
  if (first_ns == kNoTime || time_ns < first_ns) first_ns = time_ns;
  last_ns = std::max(last_ns, time_ns);
}

void Census::EndLine(const LogRecord& record, Verdict verdict, std::string_view) {
  ++lines[static_cast<size_t>(verdict)];
  SeeTime(record.time_ns);
  if (verdict == Verdict::kForeign) return;
  CountName(hosts, record.host);
  CountName(mtas, mta_);
  const size_t slash = record.tag.find('/');
  CountName(instances, record.tag.substr(0, slash));
  if (slash != record.tag.npos) CountName(services, record.tag.substr(slash + 1));
  if (verdict != Verdict::kUnrecognized) return;
  const std::string key = TextOf(record, KindOf(record.message));
  if (unrecognized.size() >= kMostKinds && !unrecognized.contains(key)) {
    ++kinds_left_out;
    return;
  }
  Kind& kind = unrecognized[key];
  if (kind.lines++ == 0) kind.example = TextOf(record, record.message);
}

void Census::Oversized(uint64_t) {
  ++oversized;
  ++lines[static_cast<size_t>(Verdict::kUnrecognized)];
}

void Census::On(const LogRecord&, const DeliveryAttempt& event) {
  Count("mta_delivery_attempts_total");
  if (event.status != DeliveryStatus::kSent) Count("mta_delivery_failures_total");
  if (event.status == DeliveryStatus::kDeferred) Count("mta_messages_deferred_total");
  if (event.delay_seconds) Count("mta_delivery_delay_seconds");
  if (event.attempt_duration_seconds) Count("mta_delivery_attempt_duration_seconds");
  if (event.phase_seconds) Count("mta_postfix_delivery_phase_seconds");
  if (!event.recipient.empty()) Count("mta_destination_attempts_total");
}

void Census::On(const LogRecord&, const MessageEnvelope& event) {
  Count("mta_message_size_bytes");
  if (event.recipients) Count("mta_message_recipients");
}

void Census::On(const LogRecord&, const MessageRemoved& event) {
  if (event.lifetime_seconds) Count("mta_message_lifetime_seconds");
}

}  // namespace mta
