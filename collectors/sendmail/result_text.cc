#include "collectors/sendmail/result_text.h"

#include <algorithm>

namespace mta::sendmail {
namespace {

constexpr std::string_view kStat = ", stat=";
constexpr std::string_view kDeferred = ", stat=Deferred: ";

// sendmail cuts replies and results of more than 203 characters in their middle, each at another place: about
// the first 90 are the same.
constexpr size_t kCutLength = 200;
constexpr size_t kSameLength = 80;

ResultText SplitAt(std::string_view text, size_t at) {
  return {text.substr(0, at), text.substr(at + kStat.size())};
}

// `R, stat=Deferred: R`, to the letter.
std::optional<ResultText> ReadEcho(std::string_view text) {
  if (text.size() < kDeferred.size() || (text.size() - kDeferred.size()) % 2 != 0) return std::nullopt;
  const size_t half = (text.size() - kDeferred.size()) / 2;
  if (text.substr(half, kDeferred.size()) != kDeferred ||
      text.substr(0, half) != text.substr(half + kDeferred.size()))
    return std::nullopt;
  return SplitAt(text, half);
}

// The same where the texts were too long and were cut.
std::optional<ResultText> ReadCutEcho(std::string_view text) {
  for (size_t at = text.find(kDeferred); at != std::string_view::npos; at = text.find(kDeferred, at + 1)) {
    const std::string_view reply = text.substr(0, at);
    const std::string_view echo = text.substr(at + kDeferred.size());
    if (std::max(reply.size(), echo.size() + kDeferred.size() - kStat.size()) >= kCutLength &&
        reply.size() >= kSameLength && reply.substr(0, kSameLength) == echo.substr(0, kSameLength))
      return SplitAt(text, at);
  }
  return std::nullopt;
}

std::optional<ResultText> ReadLastStat(std::string_view text, bool may_be_sent) {
  for (size_t at = text.rfind(kStat); at != std::string_view::npos;) {
    const ResultText found = SplitAt(text, at);
    if (may_be_sent || !SaysSent(found.stat)) return found;
    if (at == 0) break;
    at = text.rfind(kStat, at - 1);
  }
  return std::nullopt;
}

}  // namespace

bool SaysSent(std::string_view stat) {
  return stat == "Sent" || stat.starts_with("Sent (");
}

std::optional<ResultText> ReadResultText(std::string_view text, std::string_view dsn) {
  if (text.starts_with("stat=")) return ResultText{.reply = {}, .stat = text.substr(5)};
  if (text.starts_with("status=")) return ReadLastStat(text.substr(7), dsn.starts_with('2'));
  if (!text.starts_with("reply=")) return std::nullopt;
  text.remove_prefix(6);
  if (dsn.starts_with('4')) {
    if (const auto echo = ReadEcho(text)) return echo;
    if (const auto echo = ReadCutEcho(text)) return echo;
  }
  return ReadLastStat(text, dsn.starts_with('2'));
}

}  // namespace mta::sendmail
