#include "exporter/front/web_config_watch.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

// A web configuration file that holds the value of a header; a file without one is wrong.
struct Watched {
  Watched() {
    Write("one");
    auto made = WebConfigWatch::Make(
        path, [this] { return Load(); }, Env::Posix(), logger);
    watch = std::move(made.value());
  }
  ~Watched() { std::fclose(log); }

  void Write(const std::string& text) {
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
  }
  Result<WebConfig> Load() {
    ++reads;
    std::string text;
    std::ifstream(path) >> text;
    if (!next.empty()) Write(std::exchange(next, ""));
    if (text.empty()) return Fail("nothing in it");
    WebConfig config;
    config.headers = {{"X-Frame-Options", text}};
    return config;
  }
  std::string InForce() const { return watch->Current()->config.headers[0].second; }

  TestDirectory folder;
  const std::string path = folder.path() + "/web.yml";
  std::FILE* const log = std::tmpfile();
  Logger logger{log};
  int reads = 0;
  std::string next;  // written as soon as the file was read
  std::unique_ptr<WebConfigWatch> watch;
};

TEST_CASE("a web configuration is read again when its file changes, and not otherwise") {
  Watched file;
  CHECK(file.InForce() == "one");
  CHECK_FALSE(file.watch->Look());
  CHECK(file.reads == 1);
  file.Write("two");
  CHECK(file.watch->Look());
  CHECK(file.InForce() == "two");
  CHECK_FALSE(file.watch->Look());
  CHECK(file.reads == 2);
}

TEST_CASE("a web configuration that is replaced while it is read is not missed") {
  Watched file;
  file.Write("two");
  file.next = "three";
  CHECK(file.watch->Look());
  CHECK(file.InForce() == "two");
  CHECK(file.watch->Look());
  CHECK(file.InForce() == "three");
  CHECK_FALSE(file.watch->Look());
}

TEST_CASE("a web configuration that is wrong leaves the old one in force, and says so until it is mended") {
  Watched file;
  CHECK(file.watch->Problem().empty());
  file.Write("");
  CHECK_FALSE(file.watch->Look());
  CHECK(file.InForce() == "one");
  CHECK(file.watch->Problem() == "nothing in it");
  CHECK_FALSE(file.watch->Check());
  CHECK_FALSE(file.watch->Look());
  CHECK(file.watch->Problem() == "nothing in it");
  CHECK(file.watch->Files() == std::vector{file.path});
  file.Write("two");
  CHECK(file.watch->Look());
  CHECK(file.watch->Problem().empty());
  CHECK(file.watch->Check());
}

}  // namespace
}  // namespace mta
