// Broken files: whatever is done to a good one, reading it ends, and every error has a place within the file.
#include <algorithm>
#include <array>
#include <random>

#include "catch.h"
#include "exporter/app/config/load_config.h"
#include "exporter/app/config/test_example.h"

namespace mta {
namespace {

constexpr std::array<std::string_view, 24> kPieces = {":",
                                                      "- ",
                                                      "[",
                                                      "]",
                                                      "{",
                                                      "}",
                                                      "\"",
                                                      "'",
                                                      "#",
                                                      "&a ",
                                                      "*a",
                                                      "|\n",
                                                      ">",
                                                      "\n",
                                                      "\t",
                                                      "? ",
                                                      "!!binary ",
                                                      "---\n",
                                                      "...\n",
                                                      "~",
                                                      "%YAML 9\n",
                                                      "\xff",
                                                      std::string_view("\0", 1),
                                                      "  "};

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::string operator()(std::string text) {
    for (size_t times = 1 + Below(4); times > 0; --times) {
      const size_t at = Below(text.size() + 1);
      const size_t length = std::min(Below(30), text.size() - at);
      switch (Below(4)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, kPieces[Below(kPieces.size())]);
          break;
        case 2:
          text.insert(Below(text.size() + 1), text.substr(at, length * 8));
          break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(Below(256));
      }
    }
    return text;
  }

 private:
  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("a broken file gives errors with places, and nothing else happens") {
  const std::string good = ExampleSwitchedOn();
  Mutator mutate(20261122);
  size_t broken = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string text = mutate(good);
    const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    const LoadedConfig loaded = ParseConfig(text);
    broken += loaded.errors.empty() ? 0 : 1;
    for (const ConfigError& error : loaded.errors) {
      const bool placed = error.line >= 1 && error.line <= lines + 1 && error.column >= 1;
      const bool one_line = error.Text("f").find('\n') == std::string::npos && !error.message.empty();
      if (!placed || !one_line) FAIL(error.Text("f") << "\n--- in\n" << text);
    }
  }
  CHECK(broken > 500);  // else the mutations are too tame to show anything
}

}  // namespace mta
