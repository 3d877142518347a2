#include "exporter/record/stamp.h"

#include <array>
#include <cstring>
#include <optional>

#include "exporter/base/ascii.h"
#include "exporter/base/civil.h"
#include "exporter/base/swar.h"

namespace mta {
namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2261;
constexpr int64_t kLastSecond = 9'223'372'035;

// The value of two digits, or -1.
int TwoDigits(const char* text) {
  const auto tens = static_cast<unsigned>(text[0] - '0');
  const auto ones = static_cast<unsigned>(text[1] - '0');
  return tens <= 9 && ones <= 9 ? static_cast<int>(tens * 10 + ones) : -1;
}

// `hh:mm:` at `text`: seconds of the day, or -1.
int HourAndMinute(const char* text) {
  const int hour = TwoDigits(text);
  const int minute = TwoDigits(text + 3);
  const bool valid =
      hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && text[2] == ':' && text[5] == ':';
  return valid ? hour * 3600 + minute * 60 : -1;
}

// 1..12, or 0.
int MonthOfName(const char* name) {
  constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (size_t at = 0; at < kNames.size(); at += 3) {
    if (std::memcmp(name, kNames.data() + at, 3) == 0) return static_cast<int>(at / 3 + 1);
  }
  return 0;
}

bool AtFieldEnd(const Scanner& text) {
  return text.done() || text.peek() == ' ';
}

constexpr std::array<int64_t, 10> kPowersOfTen = {1,       10,        100,        1'000,       10'000,
                                                  100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

// The digits of a fraction near the end of the text.
bool TakeFractionByDigit(Scanner& text, int64_t& nanoseconds) {
  const std::string_view digits = text.TakeWhile(IsDigit);
  for (size_t i = 0; i < digits.size() && i < 9; ++i) {
    nanoseconds += (digits[i] - '0') * kPowersOfTen[8 - i];
  }
  return !digits.empty();
}

// `.` and digits, of which the first nine count.  No dot is no fraction; a dot without digit is a fault.
bool TakeFraction(Scanner& text, int64_t& nanoseconds) {
  nanoseconds = 0;
  if (!text.Take('.')) return true;
  if (text.rest().size() < 8) return TakeFractionByDigit(text, nanoseconds);
  const uint64_t word = LoadEight(text.rest().data());
  const int count = LeadingDigits(word);
  if (count == 0) return false;
  nanoseconds = DecimalPrefix(word, count) * kPowersOfTen[static_cast<size_t>(9 - count)];
  text.Skip(static_cast<size_t>(count));
  if (count < 8) return true;
  if (IsDigit(text.peek())) nanoseconds += text.peek() - '0';
  text.TakeWhile(IsDigit);
  return true;
}

// `ss` and a fraction.  60 is a leap second.
bool TakeSeconds(Scanner& text, int64_t& seconds, int64_t& nanoseconds) {
  if (text.rest().size() < 2) return false;
  seconds = TwoDigits(text.rest().data());
  if (seconds < 0 || seconds > 60) return false;
  text.Skip(2);
  return TakeFraction(text, nanoseconds);
}

// `Mmm dd hh:mm:`, the day with or without padding.  Gives the length, 0 where it is none.
size_t ParseTraditionalMinute(std::string_view text, YearlessTime& time) {
  constexpr size_t kShortest = 12;  // without padding
  if (text.size() < kShortest + 2 || text[3] != ' ') return 0;
  time.month = MonthOfName(text.data());
  if (time.month == 0) return 0;
  size_t at = 4;
  if (text[at] == ' ') ++at;
  if (!IsDigit(text[at])) return 0;
  time.day = text[at++] - '0';
  if (IsDigit(text[at])) time.day = time.day * 10 + (text[at++] - '0');
  if (time.day < 1 || time.day > LongestMonth(time.month)) return 0;
  constexpr size_t kClock = 7;  // " hh:mm:"
  if (text.size() < at + kClock || text[at] != ' ') return 0;
  time.seconds_of_day = HourAndMinute(text.data() + at + 1);
  return time.seconds_of_day < 0 ? 0 : at + kClock;
}

constexpr size_t kIsoMinute = 16;  // "2026-11-22T10:43"

// The wall clock of `yyyy-mm-ddXhh:mm:`, X one of T, _ and blank.
std::optional<int64_t> ParseIsoMinute(const char* text) {
  const int century = TwoDigits(text);
  const int year_of_century = TwoDigits(text + 2);
  const int month = TwoDigits(text + 5);
  const int day = TwoDigits(text + 8);
  const int seconds_of_day = HourAndMinute(text + 11);
  const bool punctuated =
      text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == ' ' || text[10] == '_');
  if (!punctuated || century < 0 || year_of_century < 0 || month < 1 || month > 12 || seconds_of_day < 0) {
    return std::nullopt;
  }
  const int year = century * 100 + year_of_century;
  if (year < kFirstYear || year > kLastYear || day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  return DaysFromCivil(year, month, day) * kSecondsPerDay + seconds_of_day;
}

// `Z`, `+hh:mm` or `+hhmm`.
bool TakeZone(Scanner& text, int64_t& offset_seconds) {
  offset_seconds = 0;
  if (text.Take('Z')) return true;
  const bool west = text.peek() == '-';
  if (!west && text.peek() != '+') return false;
  const std::string_view zone = text.rest();
  const size_t colon = zone.size() > 3 && zone[3] == ':' ? 1 : 0;
  if (zone.size() < 5 + colon) return false;
  const int hours = TwoDigits(zone.data() + 1);
  const int minutes = TwoDigits(zone.data() + 3 + colon);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  offset_seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
  text.Skip(5 + colon);
  return true;
}

constexpr auto kHexValue = [] {
  std::array<uint8_t, 256> value{};
  value.fill(0xFF);
  for (uint8_t c = 0; c < 10; ++c) value[static_cast<size_t>('0' + c)] = c;
  for (uint8_t c = 0; c < 6; ++c) value[static_cast<size_t>('a' + c)] = static_cast<uint8_t>(10 + c);
  return value;
}();

// The value of lower-case hexadecimal digits; no more than 16.
bool ParseHex(std::string_view digits, uint64_t& value) {
  value = 0;
  uint8_t seen = 0;
  for (char c : digits) {
    const uint8_t digit = kHexValue[static_cast<uint8_t>(c)];
    seen |= digit;
    value = value << 4 | (digit & 0xF);
  }
  return seen <= 0xF;
}

}  // namespace

bool TakeTai64n(Scanner& text, int64_t tai_offset_seconds, int64_t& time_ns) {
  constexpr size_t kSize = 25;
  const std::string_view stamp = text.rest();
  if (stamp.size() < kSize || stamp[0] != '@' || (stamp.size() > kSize && stamp[kSize] != ' ')) return false;
  uint64_t label = 0;
  uint64_t nanoseconds = 0;
  if (!ParseHex(stamp.substr(1, 16), label) || !ParseHex(stamp.substr(17, 8), nanoseconds)) return false;
  constexpr uint64_t kEpoch = 1ULL << 62;
  const auto seconds = static_cast<int64_t>(label - kEpoch) - tai_offset_seconds;
  if (label < kEpoch || seconds < 0 || seconds > kLastSecond || nanoseconds >= kNanosPerSecond) return false;
  time_ns = seconds * kNanosPerSecond + static_cast<int64_t>(nanoseconds);
  text.Skip(kSize);
  return true;
}

bool TakeEpoch(Scanner& text, int64_t& time_ns) {
  Scanner ahead = text;
  const auto seconds = ParseUnsigned(ahead.TakeWhile(IsDigit));
  int64_t nanoseconds = 0;
  if (!seconds || *seconds > kLastSecond || ahead.peek() != '.') return false;
  if (!TakeFraction(ahead, nanoseconds) || !AtFieldEnd(ahead)) return false;
  time_ns = static_cast<int64_t>(*seconds) * kNanosPerSecond + nanoseconds;
  text = ahead;
  return true;
}

bool ParseTraditional(std::string_view text, YearlessTime& time) {
  const size_t minute = ParseTraditionalMinute(text, time);
  if (minute == 0) return false;
  Scanner rest(text.substr(minute));
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
  if (!TakeSeconds(rest, seconds, nanoseconds) || !AtFieldEnd(rest)) return false;
  time.seconds_of_day += static_cast<int>(seconds);
  return true;
}

bool StampReader::Minute::Matches(const char* text) const {
  return size_ != 0 && LoadEight(text) == head_ && LoadEight(text + size_ - 8) == tail_;
}

void StampReader::Minute::Set(const char* text, size_t size, int64_t civil) {
  head_ = LoadEight(text);
  tail_ = LoadEight(text + size - 8);
  size_ = size;
  civil_ = civil;
}

void StampReader::SetYear(int year) {
  year_.SetYear(year);
  traditional_.Clear();
}

void StampReader::SetReference(int64_t reference_ns) {
  year_.SetReference(reference_ns);
  traditional_.Clear();
}

int64_t StampReader::FromLocal(int64_t civil, int64_t nanoseconds) {
  last_utc_ = zone_.ToUtc(civil, last_utc_);
  return last_utc_ * kNanosPerSecond + nanoseconds;
}

bool StampReader::TakeTraditional(Scanner& text, int64_t& time_ns) {
  constexpr size_t kShortest = 14;
  const std::string_view stamp = text.rest();
  if (stamp.size() < kShortest) return false;
  const bool same_minute = traditional_.Matches(stamp.data());
  YearlessTime minute;
  const size_t size = same_minute ? traditional_.size() : ParseTraditionalMinute(stamp, minute);
  if (size == 0) return false;
  Scanner ahead(stamp.substr(size));
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
  if (!TakeSeconds(ahead, seconds, nanoseconds) || !AtFieldEnd(ahead)) return false;
  text = ahead;
  time_ns = kNoTime;
  if (!same_minute) {
    const std::optional<int> year = year_.YearOf(minute, zone_);
    if (!year || *year < kFirstYear || *year > kLastYear) return true;
    traditional_.Set(stamp.data(), size, CivilSeconds(minute, *year));
  }
  time_ns = FromLocal(traditional_.civil() + seconds, nanoseconds);
  return true;
}

IsoStamp StampReader::TakeIso(Scanner& text, int64_t& time_ns) {
  constexpr size_t kShortest = 19;
  const std::string_view stamp = text.rest();
  if (stamp.size() < kShortest || stamp[kIsoMinute] != ':') return IsoStamp::kNone;
  if (!iso_.Matches(stamp.data())) {
    const auto civil = ParseIsoMinute(stamp.data());
    if (!civil) return IsoStamp::kNone;
    iso_.Set(stamp.data(), kIsoMinute, *civil);
  }
  Scanner ahead(stamp.substr(kIsoMinute + 1));
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
  if (!TakeSeconds(ahead, seconds, nanoseconds)) return IsoStamp::kNone;
  const int64_t civil = iso_.civil() + seconds;
  const char separator = stamp[10];
  int64_t offset = 0;
  const bool zoned = separator == 'T' && TakeZone(ahead, offset);
  if (!AtFieldEnd(ahead)) return IsoStamp::kNone;
  text = ahead;
  if (!zoned && separator == ' ') {
    time_ns = FromLocal(civil, nanoseconds);
  } else {
    time_ns = (civil - offset) * kNanosPerSecond + nanoseconds;
  }
  return zoned ? IsoStamp::kZoned : IsoStamp::kZoneless;
}

void StampReader::Save(ByteWriter& out) const {
  year_.Save(out);
  out.Put(last_utc_);
}

bool StampReader::Restore(ByteReader& in) {
  *this = {};
  if (!year_.Restore(in)) return false;
  last_utc_ = in.Get<int64_t>();
  return in.ok();
}

}  // namespace mta
