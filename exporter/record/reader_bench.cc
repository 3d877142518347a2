// What one line's envelope costs, by kind of envelope.
//   reader_bench [LOG]     with a log file: its lines; without: made up ones, a few a second
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "exporter/record/reader.h"

namespace {

constexpr std::string_view kMessage =
    "655E8AA429B: to=<user17@virt.test>, relay=127.0.0.1[127.0.0.1]:5201, delay=0.26, "
    "delays=0.14/0/0.02/0.1, "
    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4B1F2AA41D9)";

// Twenty lines a second: a busy server.
std::vector<std::string> Lines(int count, auto stamp) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    const int second = i / 20;
    lines.push_back(stamp(10 + second / 3600, second / 60 % 60, second % 60, i % 20 * 50'000) +
                    std::string(kMessage));
  }
  return lines;
}

std::vector<std::string> LinesOf(const char* path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void Measure(const char* what, const std::vector<std::string>& lines) {
  mta::EnvelopeReader reader;
  reader.SetYear(2026);
  // The best of many short passes: what a line costs when nobody else has the core.
  constexpr int kPasses = 3000;
  int64_t sum = 0;
  double best = 1e9;
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& line : lines) {
      const mta::LogRecord record = reader.Read(line);
      sum += record.time_ns + static_cast<int64_t>(record.message.size());
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / static_cast<double>(lines.size()));
  }
  fmt::print("{:<34} {:6.1f} ns/line   ({:x})\n", what, best, sum);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    Measure(argv[1], LinesOf(argv[1]));
    return 0;
  }
  constexpr int kCount = 2000;
  Measure("RFC 3164", Lines(kCount, [](int h, int m, int s, int) {
            return fmt::format("Nov 22 {:02}:{:02}:{:02} mx1 postfix/smtp[2768]: ", h, m, s);
          }));
  Measure("RFC 3164, a line a minute", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("Nov 22 {:02}:{:02}:{:02} mx1 postfix/smtp[2768]: ", h, us / 50'000 % 60,
                               m + s);
          }));
  Measure("RFC 3164, twenty hosts in turn", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("Nov 22 {:02}:{:02}:{:02} mx{} postfix/smtp[2768]: ", h, m, s, us / 50'000);
          }));
  Measure("RFC 3339", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("2026-11-22T{:02}:{:02}:{:02}.{:06}+00:00 mx1 postfix/smtp[2768]: ", h, m, s,
                               us);
          }));
  Measure("RFC 5424", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("<22>1 2026-11-22T{:02}:{:02}:{:02}.{:06}+00:00 mx1 postfix/smtp 2768 - -  ",
                               h, m, s, us);
          }));
  Measure("TAI64N", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("@40000000{:08x}{:08x} ", 0x6b02c6d7 + h * 3600 + m * 60 + s, us * 1000);
          }));
  Measure("tai64nlocal", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("2026-11-22 {:02}:{:02}:{:02}.{:06}500 ", h, m, s, us);
          }));
  Measure("accustamp", Lines(kCount, [](int h, int m, int s, int us) {
            return fmt::format("{}.{:06} ", 1795344083 + h * 3600 + m * 60 + s, us);
          }));
  Measure("bare", Lines(kCount, [](int, int, int, int) { return std::string(); }));
}
