#include "exporter/app/serve/sandbox.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

namespace fs = std::filesystem;

// A sandbox cannot be left, so each is entered in a thread of its own.
void InSandbox(const SandboxPaths& paths,
               const std::function<void(const Sandbox&, const std::string& log)>& look) {
  std::thread([&] {
    char* text = nullptr;
    size_t size = 0;
    std::FILE* const log = open_memstream(&text, &size);
    Logger logger(log);
    const Sandbox sandbox = Sandbox::Enter(paths, logger);
    std::fflush(log);
    look(sandbox, text);
    std::fclose(log);
    std::free(text);
  }).join();
}

int OpenErrno(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

TEST_CASE("in the sandbox the logs can be read, the state written, and nothing else") {
  TestDirectory folder;
  for (const char* name : {"logs", "state", "other"}) fs::create_directory(folder.path() + "/" + name);
  const std::string logs = folder.path() + "/logs", state = folder.path() + "/state",
                    other = folder.path() + "/other";
  for (const std::string& directory : {logs, other}) std::ofstream(directory + "/mail.log") << "line\n";
  InSandbox({{logs}, {state}}, [&](const Sandbox& sandbox, const std::string& log) {
    INFO(log);
    CHECK(log.find("no_new_privs=on") != std::string::npos);
    CHECK(log.find("seccomp=on") != std::string::npos);
    const int ran = execl("/bin/true", "true", nullptr);
    CHECK((ran == -1 && errno == EPERM));
    if (log.find("landlock=on") == std::string::npos) return;  // a kernel without it
    CHECK(OpenErrno(logs + "/mail.log", O_RDONLY) == 0);
    CHECK(OpenErrno(state + "/new", O_RDWR | O_CREAT) == 0);
    CHECK(std::rename((state + "/new").c_str(), (state + "/snapshot").c_str()) == 0);
    CHECK(OpenErrno(logs + "/mail.log", O_RDWR) == EACCES);
    CHECK(OpenErrno(logs + "/new", O_RDWR | O_CREAT) == EACCES);
    CHECK(OpenErrno(other + "/mail.log", O_RDONLY) == EACCES);
    CHECK(OpenErrno("/etc/passwd", O_RDONLY) == EACCES);
    CHECK(OpenErrno("/proc/self/stat", O_RDONLY) == 0);
    CHECK(sandbox.Covers({{logs + "/mail.log", logs + "/not/yet.log", state}, {state + "/socket"}}));
    CHECK_FALSE(sandbox.Covers({{logs + "/mail.log", other + "/mail.log"}, {}}));
    CHECK_FALSE(sandbox.Covers({{logs + "2/mail.log"}, {}}));
    CHECK_FALSE(sandbox.Covers({{}, {logs}}));
    std::thread([&] { CHECK(OpenErrno(other + "/mail.log", O_RDONLY) == EACCES); }).join();
  });
  CHECK(OpenErrno(other + "/mail.log", O_RDWR) == 0);  // this thread is outside
}

TEST_CASE("without a sandbox all is covered") {
  CHECK(Sandbox::None().Covers({{"/", "/nonexistent"}, {"/"}}));
}

TEST_CASE("a log's directory stays readable, and that of what it links to") {
  TestDirectory folder;
  const std::string root = fs::canonical(folder.path());
  fs::create_directories(root + "/real/deep");
  fs::create_directory(root + "/log");
  std::ofstream(root + "/real/deep/mail.log");
  fs::create_symlink(root + "/real/deep/mail.log", root + "/log/mail.log");
  using Paths = std::vector<std::string>;
  CHECK(DirectoriesOf(root + "/real/deep/mail.log") == Paths{root + "/real/deep"});
  CHECK(DirectoriesOf(root + "/real/deep/not-yet.log") == Paths{root + "/real/deep"});
  CHECK(DirectoriesOf(root + "/real/deep") == Paths{root + "/real/deep"});
  CHECK(DirectoriesOf(root + "/real/*/mail.log")[0] == root + "/real");
  CHECK(DirectoriesOf(root + "/log/mail.log") == Paths{root + "/log", root + "/real/deep"});
}

}  // namespace
}  // namespace mta
