#include "collectors/sendmail/queue_id.h"

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta::sendmail {
namespace {

constexpr size_t kTimeLength = 8;

constexpr bool AllDigits(std::string_view text) {
  for (char c : text) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

constexpr bool IsBetween(char c, char first, char last) {
  return c >= first && c <= last;
}

}  // namespace

bool IsQueueId(std::string_view text) {
  if (text.size() < kTimeLength + 6 || text.size() > kTimeLength + 10) return false;
  const char month = text[1], day = text[2], hour = text[3];
  return IsAlnum(text[0]) && text[0] <= 'x' && (IsDigit(month) || IsBetween(month, 'A', 'B')) &&
         (IsBetween(day, '1', '9') || IsBetween(day, 'A', 'V')) &&
         (IsDigit(hour) || IsBetween(hour, 'A', 'N')) && IsAlnum(text[4]) && IsAlnum(text[5]) &&
         IsAlnum(text[6]) && IsAlnum(text[7]) && AllDigits(text.substr(kTimeLength));
}

bool IsAnyQueueId(std::string_view text) {
  if (text.size() < 8 || text.size() > kTimeLength + 10) return false;
  const size_t pid = text.size() - 5;
  const std::string_view time = text.substr(0, pid);
  return std::all_of(time.begin(), time.end(), IsAlnum) && AllDigits(text.substr(pid));
}

}  // namespace mta::sendmail
