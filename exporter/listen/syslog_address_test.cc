#include "exporter/listen/syslog_address.h"

#include "catch.h"

namespace mta {
namespace {

std::string ErrorOf(const std::string& text) {
  const auto parsed = ParseSyslogAddress(text);
  return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("addresses of a syslog listener are read and written") {
  for (const char* text : {"udp://127.0.0.1:5514", "tcp://[::1]:601", "tcp://:514",
                           "unix:///run/mta_exporter/log", "unix-stream:///run/x"}) {
    const auto parsed = ParseSyslogAddress(text);
    REQUIRE(parsed);
    CHECK(parsed->text() == text);
  }
  CHECK(ParseSyslogAddress("udp://localhost:5514")->text() == "udp://127.0.0.1:5514");
  CHECK(ParseSyslogAddress("tcp://[::1]:601")->host == "::1");
  CHECK(ParseSyslogAddress("unix:///run/x")->transport == SyslogTransport::kUnixDatagram);
  CHECK(ParseSyslogAddress("unix-stream:///run/x")->transport == SyslogTransport::kUnixStream);
}

TEST_CASE("what is no address of a listener says why") {
  CHECK(ErrorOf("127.0.0.1:514").find("udp://HOST:PORT") != std::string::npos);
  CHECK(ErrorOf("udp://127.0.0.1").find("no port") != std::string::npos);
  CHECK(ErrorOf("udp://127.0.0.1:65536").find("no port") != std::string::npos);
  CHECK(ErrorOf("udp://127.0.0.1:-1").find("no port") != std::string::npos);
  CHECK(ErrorOf("tcp://loghost:514").find("no address of this machine") != std::string::npos);
  CHECK(ErrorOf("tcp://::1:514").find("brackets") != std::string::npos);
  CHECK(ErrorOf("tcp://[::g]:514").find("no IPv6") != std::string::npos);
  CHECK(ErrorOf("unix://run/x").find("begins with /") != std::string::npos);
  CHECK(ErrorOf("unix:///" + std::string(200, 'x')).find("at most") != std::string::npos);
}

}  // namespace mta
