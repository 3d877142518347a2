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

// Whether `at` is a field's end in a text that goes to `end`.  A part that did not parse ends nowhere.
bool IsFieldEnd(const char* at, const char* end) {
  return at != nullptr && (at == end || *at == ' ');
}

const char* EndOf(std::string_view text) {
  return text.data() + text.size();
}

constexpr std::array<int64_t, 10> kPowersOfTen = {1,       10,        100,        1'000,       10'000,
                                                  100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

// Where a part of a stamp ends (nullptr: it is none), and its value.  By value and not through a Scanner:
// these run on every line, and a register is nearer than memory.
struct Fraction {
  const char* end;
  int64_t nanoseconds;
};

// The digits of a fraction near the end of the text.
Fraction FractionByDigit(const char* at, const char* end) {
  const char* const begin = at;
  int64_t nanoseconds = 0;
  for (size_t place = 8; at < end && IsDigit(*at); ++at, --place) {
    if (at - begin < 9) nanoseconds += (*at - '0') * kPowersOfTen[place];
  }
  return {at == begin ? nullptr : at, nanoseconds};
}

// `.` and digits, of which the first nine count.  No dot is no fraction; a dot without digit is a fault.
Fraction ParseFraction(const char* at, const char* end) {
  if (at == end || *at != '.') return {at, 0};
  if (end - ++at < 8) return FractionByDigit(at, end);
  const uint64_t word = LoadEight(at);
  const int count = LeadingDigits(word);
  if (count == 0) return {nullptr, 0};
  int64_t nanoseconds = DecimalPrefix(word, count) * kPowersOfTen[static_cast<size_t>(9 - count)];
  at += count;
  if (count == 8 && at < end && IsDigit(*at)) {
    nanoseconds += *at - '0';
    while (at < end && IsDigit(*at)) ++at;
  }
  return {at, nanoseconds};
}

struct Seconds {
  const char* end;
  int32_t seconds;
  int32_t nanoseconds;
};

// `ss` and a fraction.  60 is a leap second.
Seconds ParseSeconds(const char* at, const char* end) {
  if (end - at < 2) return {nullptr, 0, 0};
  const int seconds = TwoDigits(at);
  if (seconds < 0 || seconds > 60) return {nullptr, 0, 0};
  const Fraction fraction = ParseFraction(at + 2, end);
  return {fraction.end, seconds, static_cast<int32_t>(fraction.nanoseconds)};
}

struct Zone {
  const char* end;
  int64_t offset_seconds;
};

// `Z`, `+hh:mm` or `+hhmm`.
Zone ParseZone(const char* at, const char* end) {
  if (at == end) return {nullptr, 0};
  if (*at == 'Z') return {at + 1, 0};
  if ((*at != '+' && *at != '-') || end - at < 5) return {nullptr, 0};
  const int colon = at[3] == ':' ? 1 : 0;
  if (end - at < 5 + colon) return {nullptr, 0};
  const int hours = TwoDigits(at + 1);
  const int minutes = TwoDigits(at + 3 + colon);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return {nullptr, 0};
  const int64_t offset = hours * 3600 + minutes * 60;
  return {at + 5 + colon, *at == '-' ? -offset : offset};
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

constexpr size_t kTai64n = 25;          // "@4000000056e76b491c43c954"
constexpr size_t kTai64nFraction = 17;  // where it begins

bool HasShapeOfTai64n(std::string_view stamp) {
  return stamp.size() >= kTai64n && stamp[0] == '@' && (stamp.size() == kTai64n || stamp[kTai64n] == ' ');
}

// Seconds as the logger counts them.
std::optional<int64_t> TaiSecond(std::string_view stamp) {
  const uint64_t high = LoadEight(stamp.data() + 1);
  const uint64_t low = LoadEight(stamp.data() + 9);
  if ((NonHexDigits(high) | NonHexDigits(low)) != 0) return std::nullopt;
  const uint64_t label = uint64_t{HexNumber(high)} << 32 | HexNumber(low);
  constexpr uint64_t kEpoch = 1ULL << 62;
  if (label < kEpoch) return std::nullopt;
  return static_cast<int64_t>(label - kEpoch);
}

// Reads the fraction and takes the stamp.
bool EndTai64n(Scanner& text, int64_t seconds, int64_t& time_ns) {
  const uint64_t fraction = LoadEight(text.rest().data() + kTai64nFraction);
  if (NonHexDigits(fraction) != 0) return false;
  const uint32_t nanoseconds = HexNumber(fraction);
  if (seconds < 0 || seconds > kLastSecond || nanoseconds >= kNanosPerSecond) return false;
  time_ns = seconds * kNanosPerSecond + nanoseconds;
  text.Skip(kTai64n);
  return true;
}

}  // namespace

bool TakeTai64n(Scanner& text, int64_t tai_offset_seconds, int64_t& time_ns) {
  if (!HasShapeOfTai64n(text.rest())) return false;
  const std::optional<int64_t> second = TaiSecond(text.rest());
  return second && EndTai64n(text, *second - tai_offset_seconds, time_ns);
}

bool TakeEpoch(Scanner& text, int64_t& time_ns) {
  Scanner ahead = text;
  const auto seconds = ParseUnsigned(ahead.TakeWhile(IsDigit));
  if (!seconds || *seconds > kLastSecond || ahead.peek() != '.') return false;
  const char* const end = EndOf(ahead.rest());
  const Fraction fraction = ParseFraction(ahead.rest().data(), end);
  if (!IsFieldEnd(fraction.end, end)) return false;
  time_ns = static_cast<int64_t>(*seconds) * kNanosPerSecond + fraction.nanoseconds;
  text.Skip(static_cast<size_t>(fraction.end - text.rest().data()));
  return true;
}

bool ParseTraditional(std::string_view text, YearlessTime& time) {
  const size_t minute = ParseTraditionalMinute(text, time);
  if (minute == 0) return false;
  const Seconds seconds = ParseSeconds(text.data() + minute, EndOf(text));
  time.seconds_of_day += seconds.seconds;
  return IsFieldEnd(seconds.end, EndOf(text));
}

bool StampReader::Known::Matches(std::string_view text) const {
  return size_ != 0 && text.size() >= size_ && LoadEight(text.data()) == head_ &&
         LoadEight(text.data() + size_ - 8) == tail_;
}

void StampReader::Known::Set(std::string_view part, int64_t value) {
  head_ = LoadEight(part.data());
  tail_ = LoadEight(part.data() + part.size() - 8);
  size_ = part.size();
  value_ = value;
}

void StampReader::SetYear(int year) {
  year_.SetYear(year);
  minute_.Clear();
  second_.Clear();
}

void StampReader::SetReference(int64_t reference_ns) {
  year_.SetReference(reference_ns);
  minute_.Clear();
  second_.Clear();
}

// What this second means may depend on the one before it, so that one is not known any more.
int64_t StampReader::FromLocal(int64_t civil, int64_t nanoseconds) {
  second_.Clear();
  last_utc_ = zone_.ToUtc(civil, last_utc_);
  return last_utc_ * kNanosPerSecond + nanoseconds;
}

bool StampReader::TakeTai64n(Scanner& text, int64_t tai_offset_seconds, int64_t& time_ns) {
  const std::string_view stamp = text.rest();
  if (!HasShapeOfTai64n(stamp)) return false;
  const std::string_view digits = stamp.substr(1, kTai64nFraction - 1);
  if (!tai_second_.Matches(digits)) {
    const std::optional<int64_t> second = TaiSecond(stamp);
    if (!second) return false;
    tai_second_.Set(digits, *second);
  }
  return EndTai64n(text, tai_second_.value() - tai_offset_seconds, time_ns);
}

bool StampReader::TakeTraditional(Scanner& text, int64_t& time_ns) {
  constexpr size_t kShortest = 14;
  const std::string_view stamp = text.rest();
  if (second_.Matches(stamp)) {
    time_ns = second_.value();
    text.Skip(second_.size() - 1);
    return true;
  }
  if (stamp.size() < kShortest) return false;
  const bool same_minute = minute_.Matches(stamp);
  YearlessTime minute;
  const size_t size = same_minute ? minute_.size() : ParseTraditionalMinute(stamp, minute);
  if (size == 0) return false;
  const Seconds seconds = ParseSeconds(stamp.data() + size, EndOf(stamp));
  if (!IsFieldEnd(seconds.end, EndOf(stamp))) return false;
  const auto stamp_size = static_cast<size_t>(seconds.end - stamp.data());
  text.Skip(stamp_size);
  time_ns = kNoTime;
  if (!same_minute && !Enter(minute, stamp.substr(0, size))) return true;
  time_ns = FromLocal(minute_.value() + seconds.seconds, seconds.nanoseconds);
  const bool fraction = stamp_size > size + 2;
  if (!fraction && stamp_size < stamp.size()) second_.Set(stamp.substr(0, stamp_size + 1), time_ns);
  return true;
}

bool StampReader::Enter(const YearlessTime& minute, std::string_view text) {
  const std::optional<int> year = year_.YearOf(minute, zone_);
  if (!year || *year < kFirstYear || *year > kLastYear) return false;
  minute_.Set(text, CivilSeconds(minute, *year));
  return true;
}

IsoStamp StampReader::TakeIso(Scanner& text, int64_t& time_ns) {
  constexpr size_t kShortest = 19;
  const std::string_view stamp = text.rest();
  if (stamp.size() < kShortest || stamp[kIsoMinute] != ':') return IsoStamp::kNone;
  if (!iso_minute_.Matches(stamp)) {
    const auto civil = ParseIsoMinute(stamp.data());
    if (!civil) return IsoStamp::kNone;
    iso_minute_.Set(stamp.substr(0, kIsoMinute), *civil);
  }
  const char* const end = EndOf(stamp);
  const Seconds seconds = ParseSeconds(stamp.data() + kIsoMinute + 1, end);
  if (seconds.end == nullptr) return IsoStamp::kNone;
  const char separator = stamp[10];
  const Zone zone = separator == 'T' ? ParseZone(seconds.end, end) : Zone{nullptr, 0};
  const char* const stamp_end = zone.end != nullptr ? zone.end : seconds.end;
  if (!IsFieldEnd(stamp_end, end)) return IsoStamp::kNone;
  text.Skip(static_cast<size_t>(stamp_end - stamp.data()));
  const int64_t civil = iso_minute_.value() + seconds.seconds;
  if (separator == ' ') {
    time_ns = FromLocal(civil, seconds.nanoseconds);
  } else {
    time_ns = (civil - zone.offset_seconds) * kNanosPerSecond + seconds.nanoseconds;
  }
  return zone.end != nullptr ? IsoStamp::kZoned : IsoStamp::kZoneless;
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
