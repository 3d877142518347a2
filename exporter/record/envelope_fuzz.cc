// Any lines: nothing crashes, every view lies where the record says, stopping and going on between any two
// lines changes nothing, and what needs no history does not depend on it.
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "exporter/base/scanner.h"
#include "exporter/record/reader.h"
#include "exporter/record/year_scan.h"

namespace {

using mta::EnvelopeReader;
using mta::LogRecord;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Same(const LogRecord& a, const LogRecord& b) {
  return a.time_ns == b.time_ns && a.host == b.host && a.tag == b.tag && a.pid == b.pid &&
         a.message == b.message && a.line == b.line && a.repeat == b.repeat && a.envelope == b.envelope;
}

bool Within(std::string_view field, std::string_view line) {
  return field.empty() ||
         (field.data() >= line.data() && field.data() + field.size() <= line.data() + line.size());
}

void CheckRecord(const LogRecord& record, std::string_view line) {
  Require(record.line.data() == line.data() && record.line.size() == line.size());
  Require(Within(record.host, line) && record.host.size() <= mta::kMaxHeaderWord);
  Require(record.tag.size() <= mta::kMaxHeaderWord);
  Require(record.pid.find_first_not_of("0123456789") == record.pid.npos);
  const bool recalled = line.find("last message repeated ") != line.npos && record.repeat > 0;
  if (recalled) {
    // Elsewhere, but alive: reading it is for the address sanitizer to judge.
    const std::string copy = std::string(record.tag).append(record.pid).append(record.message);
    Require(copy.size() <= mta::RepeatMemory::kMaxBytes || Within(record.message, line));
  } else {
    Require(Within(record.tag, line) && Within(record.pid, line) && Within(record.message, line));
  }
}

// Lines whose records follow from themselves.
void CheckIndependence(EnvelopeReader& used) {
  for (const std::string_view line : {"2026-11-22T10:42:35.477404+00:00 mxhost sm-mta[2041]: x",
                                      "<22>1 2026-11-22T10:53:30.174748Z mx1 qmail - - -  y",
                                      "@400000006b02c6dd2419822c z", "2026-11-22T10:59:18.39975 a", "b"}) {
    EnvelopeReader fresh;
    Require(Same(used.Read(line), fresh.Read(line)));
  }
}

EnvelopeReader Reopened(const EnvelopeReader& reader) {
  mta::ByteWriter out;
  reader.Save(out);
  mta::ByteReader in(out.bytes());
  EnvelopeReader copy;
  Require(copy.Restore(in) && in.done());
  return copy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool zone_set = setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1) == 0;
  Require(zone_set);
  mta::Scanner rest(std::string_view(reinterpret_cast<const char*>(data), size));
  EnvelopeReader reader;
  reader.SetYear(2026);
  mta::YearEnds ends;
  for (std::string_view text; !rest.done();) {
    if (!rest.TakeUntil('\n', text)) text = rest.TakeRest();
    const std::string line(text);  // of its own, so that reading past it is seen
    EnvelopeReader reopened = Reopened(reader);
    const LogRecord record = reader.Read(line);
    CheckRecord(record, line);
    Require(Same(record, reopened.Read(line)));
    ends.AddLine(line);
  }
  ends.FirstYear(1'795'345'174'000'000'000);
  CheckIndependence(reader);
  mta::ByteReader in({reinterpret_cast<const char*>(data), size});
  EnvelopeReader from_noise;
  from_noise.Restore(in);
  from_noise.Read("Nov 22 10:44:00 vm last message repeated 3 times");
  return 0;
}
