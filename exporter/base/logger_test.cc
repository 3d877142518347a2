#include "exporter/base/logger.h"

#include <memory>

#include "catch.h"

namespace mta {
namespace {

// What `say` makes a logger write, without the time stamp.
template <typename Say>
std::string Logged(LogLevel least, LogFormat format, Say say) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  Logger logger(out, least, format);
  say(logger);
  std::fclose(out);
  std::string line(text, size);
  std::free(text);
  const size_t level = line.find("level");
  return level == std::string::npos ? line : line.substr(level);
}

TEST_CASE("logfmt quotes what needs quotes, and one event is one line") {
  const auto line = Logged(LogLevel::kInfo, LogFormat::kLogfmt, [](Logger& logger) {
    logger.Info("following a log",
                {{"path", "/var/log/mail.log"}, {"why", "two\nlines \"x\""}, {"empty", ""}});
  });
  CHECK(
      line ==
      "level=info msg=\"following a log\" path=/var/log/mail.log why=\"two\\nlines \\\"x\\\"\" empty=\"\"\n");
}

TEST_CASE("json") {
  const auto line = Logged(LogLevel::kInfo, LogFormat::kJson, [](Logger& logger) {
    logger.Warn("a \"b\"", {{"path", "\xff"}});
  });
  CHECK(line == "level\":\"warn\",\"msg\":\"a \\\"b\\\"\",\"path\":\"\xEF\xBF\xBD\"}\n");
}

TEST_CASE("levels below the least are silent") {
  CHECK(Logged(LogLevel::kWarn, LogFormat::kLogfmt, [](Logger& logger) { logger.Info("x"); }).empty());
  CHECK_FALSE(
      Logged(LogLevel::kDebug, LogFormat::kLogfmt, [](Logger& logger) { logger.Debug("x"); }).empty());
}

}  // namespace
}  // namespace mta
