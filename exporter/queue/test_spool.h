// For tests: queue files as the MTAs write them, an Env that refuses, and a showq that does as it is told.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "exporter/base/env_wrapper.h"
#include "exporter/base/test_directory.h"
#include "exporter/queue/queue_scan.h"

namespace mta {

inline std::string PostfixRecord(char type, const std::string& text) {
  std::string record(1, type);
  for (size_t rest = text.size();; rest >>= 7) {
    if (rest < 0x80) {
      record.push_back(static_cast<char>(rest));
      break;
    }
    record.push_back(static_cast<char>((rest & 0x7f) | 0x80));
  }
  return record + text;
}

// As cleanup(8) 3.7 begins a file, with the message behind.
inline std::string PostfixFile(uint64_t message_bytes, int64_t arrival) {
  return PostfixRecord('C', fmt::format("{:15} {:15} {:15} {:15} {:15} {:15}", message_bytes, 359, 1, 0,
                                        message_bytes, 0)) +
         PostfixRecord('T', fmt::format("{} 291654", arrival)) + PostfixRecord('F', "root") +
         PostfixRecord('S', std::string(300, 's') + "@example.org");
}

class TestSpool : public TestDirectory {
 public:
  std::string WriteFile(const std::string& name, std::string_view bytes, mode_t permissions = 0600) const {
    std::filesystem::create_directories(std::filesystem::path(*this / name).parent_path());
    Write(name, bytes);
    ::chmod((*this / name).c_str(), permissions);
    return *this / name;
  }
  void SetModified(const std::string& name, int64_t seconds) const {
    const timespec times[] = {{seconds, 0}, {seconds, 0}};
    ::utimensat(AT_FDCWD, (*this / name).c_str(), times, 0);
  }
  void MakeDirectories(std::initializer_list<const char*> names) const {
    for (const char* name : names) std::filesystem::create_directories(*this / name);
  }
};

// The machine's, but what lies below certain paths may not be read.
class RefusingEnv : public EnvWrapper {
 public:
  RefusingEnv() : EnvWrapper(Env::Posix()) {}

  std::vector<std::string> refused;

  Result<std::unique_ptr<File>> OpenRegular(const std::string& path) override {
    if (Refuses(path)) return Fail("cannot open " + path, EACCES);
    return EnvWrapper::OpenRegular(path);
  }
  Result<std::vector<std::string>> List(const std::string& path) override {
    if (Refuses(path)) return Fail("cannot list " + path, EACCES);
    return EnvWrapper::List(path);
  }
  Outcome ForEachEntry(const std::string& path, const EntryVisitor& visit) override {
    if (Refuses(path)) return Fail("cannot list " + path, EACCES);
    return EnvWrapper::ForEachEntry(path, visit);
  }

 private:
  bool Refuses(const std::string& path) const {
    for (const std::string& prefix : refused) {
      if (path.starts_with(prefix)) return true;
    }
    return false;
  }
};

inline std::string ShowqRecord(const std::string& queue, uint64_t bytes, int64_t arrival) {
  std::string out;
  for (const std::string& field :
       {std::string("queue_name"), queue, std::string("queue_id"), std::string("3D347A92414"),
        std::string("time"), std::to_string(arrival), std::string("size"), std::to_string(bytes),
        std::string("forced_expire"), std::string("0"), std::string("sender"), std::string("a@example.org"),
        std::string("recipient"), std::string("u2@example.com"), std::string("reason"),
        std::string("deferred transport"), std::string()})
    out.append(field).push_back('\0');
  return out;
}

inline std::string ShowqHead() {
  return std::string("protocol\0mail_queue_list_protocol\0\0", 35);
}

// Listens at `path` and gives each client to `serve`, one after the other, in a thread of its own.
class FakeShowq {
 public:
  FakeShowq(const std::string& path, std::function<void(int fd)> serve) : serve_(std::move(serve)) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 5) != 0)
      throw std::runtime_error("cannot listen at " + path);
    thread_ = std::thread([this] {
      for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(fd)) serve_(fd);
    });
  }
  ~FakeShowq() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  static void Send(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // Until the client has gone.
  static void Hang(int fd) {
    char byte;
    while (::read(fd, &byte, 1) > 0) {
    }
  }

 private:
  std::function<void(int fd)> serve_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace mta
