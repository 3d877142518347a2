// For tests: a client that sends bytes to a port of this machine and gives what comes back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mta {

class TestConnection {
 public:
  explicit TestConnection(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
      close(fd_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~TestConnection() { close(fd_); }
  TestConnection(const TestConnection&) = delete;
  TestConnection& operator=(const TestConnection&) = delete;

  void Send(std::string_view bytes) {
    if (send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("cannot send");
    }
  }
  // All until the server closes.
  std::string Receive() {
    std::string all;
    std::array<char, 16384> buffer;
    ssize_t size = 0;
    while ((size = recv(fd_, buffer.data(), buffer.size(), 0)) > 0)
      all.append(buffer.data(), static_cast<size_t>(size));
    if (size < 0) throw std::runtime_error("no answer in time");
    return all;
  }

  // All until `end` has come.
  std::string ReceiveUntil(std::string_view end) {
    std::string all;
    std::array<char, 16384> buffer;
    while (!all.ends_with(end)) {
      const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
      if (size <= 0) throw std::runtime_error("the answer ends early: " + all);
      all.append(buffer.data(), static_cast<size_t>(size));
    }
    return all;
  }

 private:
  int fd_;
};

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

inline Answer Ask(uint16_t port, std::string_view method, std::string_view path,
                  std::string_view headers = "") {
  TestConnection connection(port);
  connection.Send(std::string(method)
                      .append(" ")
                      .append(path)
                      .append(" HTTP/1.1\r\nHost: x\r\n")
                      .append(headers)
                      .append("\r\n"));
  const std::string all = connection.Receive();
  const size_t end = all.find("\r\n\r\n");
  if (!all.starts_with("HTTP/1.1 ") || end == std::string::npos) throw std::runtime_error("not HTTP: " + all);
  return {std::stoi(all.substr(9, 3)), all.substr(0, end + 2), all.substr(end + 4)};
}

}  // namespace mta
