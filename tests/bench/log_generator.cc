// log_generator: writes a mail log of any size from recorded line shapes.
//
//   log_generator --mta=postfix --size=300M >big.log      300 MB, the same bytes for the same seed
//
// What was written stands on stderr in one line: lines, bytes and the share of delivery results.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <string>

#include "tests/bench/flow_template.h"
#include "tests/bench/line_stamp.h"
#include "tests/bench/log_writer.h"

namespace mta::bench {
namespace {

constexpr size_t kBlock = 1 << 18;
constexpr int64_t kNanos = 1'000'000'000;

struct Options {
  std::string mta = "postfix";
  uint64_t size = 0;
  uint64_t seed = 1;
  size_t open = 50;
  double rate = 100;
  std::string stamp;
  std::string host = "mx1";
  std::string output = "-";
  std::string templates = MTA_TEMPLATE_DIR;
  int64_t start = 1'767'571'200;  // 2026-01-05
};

Outcome WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0) return Fail(fmt::format("cannot write: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// A log of options.size bytes and the rest of its last line; log time starts at options.start.
Outcome WriteSized(const Options& options, LogWriter& log, int file) {
  const auto step = static_cast<int64_t>(kNanos / options.rate);
  int64_t time = options.start * kNanos;
  uint64_t bytes = 0;
  std::string block;
  while (bytes + block.size() < options.size) {
    log.AppendLine(time, block);
    time += step;
    if (block.size() < kBlock) continue;
    if (auto done = WriteAll(file, block); !done) return done;
    bytes += block.size();
    block.clear();
  }
  if (auto done = WriteAll(file, block); !done) return done;
  bytes += block.size();
  const LogStatistics& made = log.statistics();
  fmt::print(stderr, "lines={} bytes={} delivery_lines={} delivery_share={:.4f}\n", made.lines, bytes,
             made.delivery_lines, static_cast<double>(made.delivery_lines) / static_cast<double>(made.lines));
  return {};
}

Result<Mta> MtaOf(const std::string& name) {
  if (name == "postfix") return Mta::kPostfix;
  if (name == "sendmail") return Mta::kSendmail;
  if (name == "qmail") return Mta::kQmail;
  return Fail(fmt::format("--mta={}: must be postfix, sendmail or qmail", name));
}

Outcome Run(const Options& options) {
  const auto mta = MtaOf(options.mta);
  if (!mta) return Fail(mta.error().message);
  if (options.size == 0) return Fail("say --size");
  const auto flows = ReadFlows(options.templates + "/" + options.mta + ".flows");
  if (!flows) return Fail(flows.error().message);
  const auto kind = StampKindOf(!options.stamp.empty() ? options.stamp
                                : *mta == Mta::kQmail  ? "tai64n"
                                                       : "syslog");
  if (!kind) return Fail(fmt::format("--stamp={}: must be syslog, rfc3339 or tai64n", options.stamp));
  int file = STDOUT_FILENO;
  if (options.output != "-")
    file = open(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return Fail(fmt::format("{}: {}", options.output, std::strerror(errno)));
  LogWriter log(*mta, *flows, LineStamp(*kind, options.host), options.open, options.seed);
  return WriteSized(options, log, file);
}

}  // namespace
}  // namespace mta::bench

int main(int argc, char** argv) {
  mta::bench::Options options;
  CLI::App app("Writes a mail log from recorded line shapes.");
  app.add_option("--mta", options.mta, "postfix, sendmail or qmail")->capture_default_str();
  app.add_option("--size", options.size, "bytes to write, e.g. 300M")->transform(CLI::AsSizeValue(true));
  app.add_option("--seed", options.seed, "the same seed gives the same log")->capture_default_str();
  app.add_option("--open", options.open, "messages and sessions under way at once")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--rate", options.rate, "lines a second of log time")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--stamp", options.stamp,
                 "syslog, rfc3339 or tai64n; default: what the MTA's logger writes");
  app.add_option("--host", options.host, "host name in the lines")->capture_default_str();
  app.add_option("--output", options.output, "file to append to; - is standard output")
      ->capture_default_str();
  app.add_option("--start", options.start, "seconds since 1970 of the first line")->capture_default_str();
  app.add_option("--templates", options.templates, "folder with the line shapes")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (const auto done = mta::bench::Run(options); !done) {
    fmt::print(stderr, "log_generator: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
