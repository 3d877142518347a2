#include "exporter/listen/syslog_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

// A sender's socket, connected to a listener.
class Sender {
 public:
  explicit Sender(const SyslogAddress& address) {
    const bool stream =
        address.transport == SyslogTransport::kTcp || address.transport == SyslogTransport::kUnixStream;
    fd_ = ::socket(address.is_unix() ? AF_UNIX : AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
    sockaddr_in port{};
    sockaddr_un path{};
    port.sin_family = AF_INET;
    port.sin_port = htons(address.port);
    inet_pton(AF_INET, "127.0.0.1", &port.sin_addr);
    path.sun_family = AF_UNIX;
    address.path.copy(path.sun_path, sizeof path.sun_path - 1);
    connected_ = (address.is_unix() ? ::connect(fd_, reinterpret_cast<sockaddr*>(&path), sizeof path)
                                    : ::connect(fd_, reinterpret_cast<sockaddr*>(&port), sizeof port)) == 0;
  }
  ~Sender() { ::close(fd_); }
  bool connected() const { return connected_; }
  bool Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // The other end has closed the connection.
  bool IsRefused() const {
    char byte;
    return ::recv(fd_, &byte, 1, 0) <= 0;
  }

 private:
  int fd_ = -1;
  bool connected_ = false;
};

struct Taken {
  std::vector<std::string> messages;
  ListenerDrops drops;
};

// Takes until `enough` messages are there; a hung test ends by ctest's time limit.
void TakeUntil(SyslogListener& listener, size_t enough, Taken& taken) {
  while (taken.messages.size() < enough) {
    MessageBatch batch;
    ListenerDrops drops;
    listener.Take(batch, drops);
    batch.ForEach([&](std::string_view message) { taken.messages.emplace_back(message); }, [](uint64_t) {});
    taken.drops.datagrams += drops.datagrams;
    taken.drops.connections += drops.connections;
    taken.drops.incomplete += drops.incomplete;
    if (batch.empty()) ::usleep(1000);
  }
}

std::unique_ptr<SyslogListener> Start(const std::string& address, size_t max_connections = 4) {
  ListenerOptions options;
  options.address = *ParseSyslogAddress(address);
  options.max_connections = max_connections;
  Result<std::unique_ptr<SyslogListener>> listener = SyslogListener::Start(options, nullptr);
  INFO((listener ? "" : listener.error().message));
  REQUIRE(listener);
  return std::move(*listener);
}

}  // namespace

TEST_CASE("messages come over every transport") {
  const TestDirectory directory;
  for (const std::string& text :
       {std::string("udp://127.0.0.1:0"), std::string("tcp://127.0.0.1:0"), std::string("tcp://:0"),
        "unix://" + directory / "datagrams", "unix-stream://" + directory / "stream"}) {
    INFO(text);
    const auto listener = Start(text);
    const Sender sender(listener->address());
    REQUIRE(sender.connected());
    CHECK(sender.Send("<22>one\n"));
    CHECK(sender.Send("<22>two\n"));
    Taken taken;
    TakeUntil(*listener, 2, taken);
    CHECK(taken.messages == std::vector<std::string>{"<22>one", "<22>two"});
  }
  CHECK(::access((directory / "datagrams").c_str(), F_OK) != 0);  // gone with the listener
}

TEST_CASE("senders over TCP wait while nobody takes, and nothing is lost") {
  const auto listener = Start("tcp://127.0.0.1:0");
  constexpr size_t kMessages = 200'000;  // much more than all buffers hold
  const std::string filler(100, 'x');
  std::thread sending([&] {
    const Sender sender(listener->address());
    for (size_t i = 0; i < kMessages; ++i) sender.Send("<22>" + std::to_string(i) + " " + filler + "\n");
  });
  Taken taken;
  TakeUntil(*listener, kMessages, taken);
  sending.join();
  CHECK(taken.messages.back().starts_with("<22>199999 "));
  CHECK(taken.messages.size() == kMessages);
}

TEST_CASE("what has come to the sockets is there at the end") {
  const TestDirectory directory;
  for (const std::string& text : {std::string("udp://127.0.0.1:0"), std::string("tcp://127.0.0.1:0"),
                                  "unix-stream://" + directory / "stream"}) {
    INFO(text);
    const auto listener = Start(text);
    const Sender sender(listener->address());
    sender.Send("<22>one\n");
    sender.Send("<22>two\n");
    MessageBatch batch;
    ListenerDrops drops;
    listener->Finish(batch, drops);  // its thread was never started
    std::string messages;
    batch.ForEach([&](std::string_view message) { messages += message; }, [](uint64_t) {});
    CHECK(messages == "<22>one<22>two");
    listener->Finish(batch, drops);
    CHECK(batch.empty());
  }
}

TEST_CASE("datagrams that nobody takes are counted") {
  ListenerOptions options;
  options.address = *ParseSyslogAddress("udp://127.0.0.1:0");
  options.receive_buffer_bytes = 64 << 10;
  std::atomic<bool> woken = false;
  auto listener = SyslogListener::Start(options, [&] { woken = true; });
  REQUIRE(listener);
  const Sender sender((*listener)->address());
  Taken taken;
  sender.Send("<22>first");
  TakeUntil(**listener, 1, taken);  // its thread begins
  uint64_t sent = 1;
  for (; sent < 20'000; ++sent) sender.Send("<22>" + std::string(200, 'x'));
  TakeUntil(**listener, 100, taken);
  // What was dropped is told with the next datagram that is not.
  while (taken.messages.size() + taken.drops.datagrams < sent) {
    sender.Send("<22>more"), ++sent;
    TakeUntil(**listener, taken.messages.size() + 1, taken);
  }
  CHECK(woken);
  CHECK(taken.drops.datagrams > 0);
  CHECK(taken.messages.size() + taken.drops.datagrams == sent);
}

TEST_CASE("connections beyond the limit are refused and counted, those within it go on") {
  const auto listener = Start("tcp://127.0.0.1:0", 2);
  const Sender first(listener->address()), second(listener->address());
  first.Send("<22>a\n");
  second.Send("<22>b\n");
  Taken taken;
  TakeUntil(*listener, 2, taken);
  const Sender third(listener->address());
  CHECK(third.IsRefused());
  first.Send("<22>c\n");
  TakeUntil(*listener, 3, taken);
  CHECK(taken.drops.connections == 1);
  CHECK(listener->connections() == 2);
}

TEST_CASE("a socket file that is left over is replaced, one in use and a file are not") {
  const TestDirectory directory;
  ListenerOptions options;
  options.address = *ParseSyslogAddress("unix://" + directory / "log");
  options.socket_mode = 0600;
  {
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un path{};
    path.sun_family = AF_UNIX;
    options.address.path.copy(path.sun_path, sizeof path.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&path), sizeof path) == 0);
    ::close(fd);
  }
  const auto listener = SyslogListener::Start(options, nullptr);
  REQUIRE(listener);
  struct stat status {};
  REQUIRE(::stat(options.address.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const auto again = SyslogListener::Start(options, nullptr);
  REQUIRE_FALSE(again);
  CHECK(again.error().message.find("another process listens there") != std::string::npos);
  options.address.path = directory.Write("file", "x");
  const auto on_file = SyslogListener::Start(options, nullptr);
  REQUIRE_FALSE(on_file);
  CHECK(on_file.error().message.find("no socket") != std::string::npos);
}

}  // namespace mta
