#include "exporter/app/console/moment.h"

#include <fmt/format.h>
#include <time.h>

#include <array>
#include <cmath>

#include "exporter/base/ascii.h"
#include "exporter/base/civil.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr uint64_t kMostSeconds = 9'000'000'000;  // in the year 2255

struct tm LocalTime(int64_t time_ns) {
  const auto seconds = static_cast<time_t>(time_ns >= 0 ? time_ns / kNanosPerSecond
                                                        : (time_ns - kNanosPerSecond + 1) / kNanosPerSecond);
  struct tm local = {};
  localtime_r(&seconds, &local);
  return local;
}

int64_t FromLocal(struct tm local) {
  local.tm_isdst = -1;
  return int64_t{mktime(&local)} * kNanosPerSecond;
}

bool TakeNumber(Scanner& in, int digits_at_most, int& out) {
  const std::string_view digits = in.TakeWhile(IsDigit);
  const auto value = ParseUnsigned(digits);
  if (!value || digits.size() > static_cast<size_t>(digits_at_most)) return false;
  out = static_cast<int>(*value);
  return true;
}

bool TakeDate(Scanner& in, struct tm& out) {
  Scanner ahead = in;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!TakeNumber(ahead, 4, year) || !ahead.Take('-') || !TakeNumber(ahead, 2, month) || !ahead.Take('-') ||
      !TakeNumber(ahead, 2, day))
    return false;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month)) return false;
  out.tm_year = year - 1900;
  out.tm_mon = month - 1;
  out.tm_mday = day;
  in = ahead;
  return true;
}

bool TakeClock(Scanner& in, struct tm& out) {
  Scanner ahead = in;
  if (!TakeNumber(ahead, 2, out.tm_hour) || !ahead.Take(':') || !TakeNumber(ahead, 2, out.tm_min))
    return false;
  if (ahead.Take(':') && !TakeNumber(ahead, 2, out.tm_sec)) return false;
  if (out.tm_hour > 23 || out.tm_min > 59 || out.tm_sec > 60) return false;
  in = ahead;
  return true;
}

// Z, +01:00, -0500: nanoseconds to be taken off.
bool TakeZone(Scanner& in, int64_t& offset_ns) {
  if (in.Take('Z')) return true;
  const bool west = in.peek() == '-';
  if (!in.Take('+') && !in.Take('-')) return false;
  std::string_view text = in.TakeRest();
  int64_t hours = 0;
  int64_t minutes = 0;
  if (text.size() == 5 && text[2] == ':') {
    hours = static_cast<int64_t>(ParseUnsigned(text.substr(0, 2)).value_or(99));
    minutes = static_cast<int64_t>(ParseUnsigned(text.substr(3)).value_or(99));
  } else if (text.size() == 4) {
    hours = static_cast<int64_t>(ParseUnsigned(text.substr(0, 2)).value_or(99));
    minutes = static_cast<int64_t>(ParseUnsigned(text.substr(2)).value_or(99));
  } else {
    return false;
  }
  if (hours > 14 || minutes > 59) return false;
  offset_ns = (hours * 60 + minutes) * 60 * kNanosPerSecond * (west ? -1 : 1);
  return true;
}

bool ParseAgo(std::string_view text, int64_t now_ns, int64_t& out) {
  Scanner in(text);
  uint64_t count = 0;
  if (!in.TakeUnsigned(count) || count > 1'000'000) return false;
  in.Take(' ');
  const std::string_view unit = in.TakeWhile(IsAlpha);
  int64_t seconds = 0;
  constexpr struct {
    std::string_view name;
    int64_t seconds;
  } kUnits[] = {{"s", 1},        {"second", 1},   {"seconds", 1},   {"m", 60},
                {"min", 60},     {"minute", 60},  {"minutes", 60},  {"h", 3600},
                {"hour", 3600},  {"hours", 3600}, {"d", 86400},     {"day", 86400},
                {"days", 86400}, {"w", 604800},   {"week", 604800}, {"weeks", 604800}};
  for (const auto& known : kUnits) {
    if (known.name == unit) seconds = known.seconds;
  }
  if (seconds == 0 || (!in.done() && !in.Take(" ago")) || !in.done()) return false;
  out = now_ns - static_cast<int64_t>(count) * seconds * kNanosPerSecond;
  return true;
}

bool ParseDay(std::string_view text, int64_t now_ns, int64_t& out) {
  struct tm day = LocalTime(now_ns);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  if (text == "yesterday") --day.tm_mday;
  if (text != "today" && text != "yesterday") return false;
  out = FromLocal(day);
  return true;
}

// .123, as far as there is one.
int64_t TakeFraction(Scanner& in) {
  int64_t fraction_ns = 0;
  if (!in.Take('.')) return 0;
  int64_t scale = kNanosPerSecond / 10;
  for (const char c : in.TakeWhile(IsDigit)) {
    fraction_ns += (c - '0') * scale;
    scale /= 10;
  }
  return fraction_ns;
}

bool ParseEpoch(std::string_view text, int64_t& out) {
  Scanner in(text);
  uint64_t seconds = 0;
  if (!in.Take('@') || !in.TakeUnsigned(seconds) || seconds > kMostSeconds) return false;
  out = static_cast<int64_t>(seconds) * kNanosPerSecond;
  out += TakeFraction(in);
  return in.done();
}

bool ParseAbsolute(std::string_view text, int64_t now_ns, int64_t& out) {
  struct tm local = LocalTime(now_ns);
  local.tm_hour = local.tm_min = local.tm_sec = 0;
  Scanner in(text);
  const bool dated = TakeDate(in, local);
  const bool separated = dated && (in.Take(' ') || in.Take('T'));
  if (dated && separated == in.done()) return false;
  if (!in.done() && !TakeClock(in, local)) return false;
  if (!dated && text.empty()) return false;
  const int64_t fraction_ns = TakeFraction(in);
  if (in.done()) {
    out = FromLocal(local) + fraction_ns;
    return true;
  }
  int64_t offset_ns = 0;
  if (!dated || !TakeZone(in, offset_ns) || !in.done()) return false;
  const int64_t days = DaysFromCivil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
  const int64_t seconds = days * kSecondsPerDay + local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec;
  out = seconds * kNanosPerSecond + fraction_ns - offset_ns;
  return true;
}

}  // namespace

Result<int64_t> ParseMoment(std::string_view text, int64_t now_ns) {
  int64_t time_ns = now_ns;
  if (text == "now" || ParseAgo(text, now_ns, time_ns) || ParseDay(text, now_ns, time_ns) ||
      ParseAbsolute(text, now_ns, time_ns) || ParseEpoch(text, time_ns))
    return time_ns;
  return Fail(fmt::format("{} is no time: write 2026-11-22 10:41, 10:41, yesterday or 2h ago", text));
}

std::string DateText(int64_t time_ns) {
  const struct tm local = LocalTime(time_ns);
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{} {} {} {}", kDays[static_cast<size_t>(local.tm_wday)], local.tm_mday,
                     kMonths[static_cast<size_t>(local.tm_mon)], local.tm_year + 1900);
}

std::string TimeText(int64_t time_ns) {
  const struct tm local = LocalTime(time_ns);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

bool SameDay(int64_t a_ns, int64_t b_ns) {
  const struct tm a = LocalTime(a_ns);
  const struct tm b = LocalTime(b_ns);
  return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

std::string Rfc3339(int64_t time_ns) {
  const time_t seconds = static_cast<time_t>(time_ns / kNanosPerSecond);
  struct tm utc = {};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, time_ns % kNanosPerSecond / 1'000'000);
}

std::string DurationText(double seconds) {
  if (!(seconds >= 0)) return "0 s";
  if (seconds < 60) return fmt::format("{:.3g} s", seconds);
  const auto whole = static_cast<int64_t>(std::llround(std::min(seconds, 1e15)));
  const auto two = [](int64_t large, const char* a, int64_t small, const char* b) {
    return small == 0 ? fmt::format("{} {}", large, a) : fmt::format("{} {} {} {}", large, a, small, b);
  };
  if (whole < 3600) return two(whole / 60, "min", whole % 60, "s");
  if (whole < 86400) return two(whole / 3600, "h", whole % 3600 / 60, "min");
  return two(whole / 86400, "d", whole % 86400 / 3600, "h");
}

std::string SizeText(uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  if (size < 1e6) return fmt::format("{:.1f} kB", size / 1e3);
  if (size < 1e9) return fmt::format("{:.1f} MB", size / 1e6);
  return fmt::format("{:.1f} GB", size / 1e9);
}

}  // namespace mta
