#include "exporter/app/serve/handover.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "catch.h"

namespace mta {
namespace {

// What the next program of this process finds.
Handover After(const std::string& entry) {
  const size_t equals = entry.find('=');
  setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
  return Handover::Receive();
}

bool IsOpen(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

TEST_CASE("what is left to the next program is found there, once") {
  int pipes[2];
  REQUIRE(pipe2(pipes, O_CLOEXEC) == 0);
  Handover next;
  next.Put("socket", {{pipes[0]}, "bytes"});
  next.Put("other", {{pipes[1]}, ""});
  const auto entry = next.Leave({{"metrics", "cells"}});
  REQUIRE(entry);
  CHECK(fcntl(pipes[0], F_GETFD) == 0);  // it outlives execve()

  Handover left = After(*entry);
  CHECK(fcntl(pipes[0], F_GETFD) == FD_CLOEXEC);
  const auto part = left.Take("socket");
  REQUIRE(part);
  CHECK(part->descriptors == std::vector{pipes[0]});
  CHECK(part->bytes == "bytes");
  CHECK_FALSE(left.Take("socket"));
  const auto state = left.TakeState();
  REQUIRE(state);
  CHECK(state->verdict == DecodedSnapshot::Verdict::kWhole);
  REQUIRE(state->sections.size() == 1);
  CHECK(state->sections[0].bytes == "cells");
  CHECK_FALSE(left.TakeState());
  left.Close();
  CHECK(IsOpen(pipes[0]));
  CHECK_FALSE(IsOpen(pipes[1]));  // nobody took it
  close(pipes[0]);
  CHECK_FALSE(Handover::Receive().TakeState());  // the environment says nothing any more
}

TEST_CASE("an environment that says nonsense leaves nothing") {
  for (const char* value : {"", "x", "-1", "999999", "99999999999999999999"}) {
    CHECK_FALSE(After(std::string("MTA_EXPORTER_HANDOVER=") + value).TakeState());
  }
  const int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK_FALSE(After("MTA_EXPORTER_HANDOVER=" + std::to_string(empty)).TakeState());
}

}  // namespace
}  // namespace mta
