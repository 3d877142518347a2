// deploy/mta_exporter.yml is the documentation: it must be true.
#include "catch.h"
#include "exporter/app/config/load_config.h"
#include "exporter/app/config/test_example.h"

namespace mta {
namespace {

std::string ErrorsOf(const std::string& yaml) {
  std::string text;
  for (const ConfigError& error : ParseConfig(yaml).errors) text += error.Text("example") + "\n";
  return text;
}

// The keys that may stand where `zebra` does.
std::vector<std::string> AllowedBeside(const std::string& yaml) {
  std::string errors = ErrorsOf(yaml);
  INFO(errors);
  const size_t at = errors.find("zebra: unknown key; allowed: ");
  REQUIRE(at != errors.npos);
  std::istringstream words(errors.substr(at + std::string_view("zebra: unknown key; allowed: ").size()));
  std::vector<std::string> keys;
  for (std::string word; words >> word;) {
    const bool last = !word.ends_with(',');
    keys.push_back(last ? word : word.substr(0, word.size() - 1));
    if (last) break;
  }
  return keys;
}

}  // namespace

TEST_CASE("the example as it is installed changes nothing") {
  CHECK(ErrorsOf(ExampleFile()) == "");
  CHECK(ParseConfig(ExampleFile()).config == Config());
}

TEST_CASE("the example with its settings switched on is a good configuration") {
  CHECK(ErrorsOf(ExampleSwitchedOn()) == "");
  const Config config = ParseConfig(ExampleSwitchedOn()).config;
  CHECK(config.sources.size() == 9);
  // What it shows as defaults are the defaults.
  const Config defaults;
  CHECK(config.internal_relays == defaults.internal_relays);
  CHECK(config.sendmail_tags == defaults.sendmail_tags);
  CHECK(config.delay_buckets == defaults.delay_buckets);
  CHECK(config.tracking == defaults.tracking);
  CHECK(config.state.save_interval_ns == defaults.state.save_interval_ns);
  CHECK(config.web == defaults.web);
  CHECK(config.destinations.limit == defaults.destinations.limit);
}

TEST_CASE("the example shows every key there is") {
  const std::string example = ExampleSwitchedOn();
  for (const char* yaml : {"zebra: 1", "sources: [{log: /a, zebra: 1}]", "sources: [{journal: {zebra: 1}}]",
                           "sources: [{syslog: {listen: 'tcp://:1', zebra: 1}}]", "state: {zebra: 1}",
                           "destinations: {zebra: 1}", "tracking: {zebra: 1}", "web: {zebra: 1}"}) {
    for (const std::string& key : AllowedBeside(yaml)) {
      INFO(yaml << ": " << key);
      CHECK(example.find(key + ":") != example.npos);
    }
  }
}

}  // namespace mta
