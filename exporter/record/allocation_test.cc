// Once warm, the reader allocates nothing.  This file counts every operator new of the test program.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "catch.h"
#include "exporter/record/reader.h"

namespace {

std::atomic<long> allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

TEST_CASE("no allocation once warm, hosts that come and go included") {
  std::vector<std::string> lines;
  for (int host = 0; host < 20; ++host) {
    const std::string name = "mx" + std::to_string(host);
    lines.push_back("Nov 22 10:43:11 " + name +
                    " postfix/smtp[2771]: 655E8AA429B: to=<u@virt.test>, relay=none");
    lines.push_back("Nov 22 10:44:00 " + name + " last message repeated 3 times");
    lines.push_back("<22>1 2026-11-22T10:43:10Z " + name +
                    " a 1 - [x y=\"z\"] message repeated 2 times: [ b]");
  }
  lines.push_back("@400000006b02c6dd2419822c status: local 0/10 remote 0/20");
  lines.push_back("2016-03-15 10:54:07.474204500 status: local 0/80 remote 1/80");
  lines.push_back("Nov 22 10:43:11 vm " + std::string(60'000, 'x'));

  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  mta::EnvelopeReader reader;
  reader.SetYear(2026);
  for (int round = 0; round < 3; ++round) {
    for (const std::string& line : lines) reader.Read(line);
  }
  const long warm = allocations;
  for (int round = 0; round < 10; ++round) {
    for (const std::string& line : lines) reader.Read(line);
  }
  CHECK(allocations == warm);
}
