// PasswordChecker: a thread that compares passwords with bcrypt hashes, because one comparison takes a tenth
// of a second.
//
// Whether a name is unknown or its password wrong cannot be told from the time: both cost as much as the most
// expensive hash there is.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace mta {

// `$2y$10$...`, as htpasswd -B and others make it; the cost from 4 to 15.
bool IsBcryptHash(const std::string& hash);

class PasswordChecker {
 public:
  using Users = std::map<std::string, std::string>;  // name, hash
  using Done = std::function<void(uint64_t ticket, bool right)>;

  // `done` is called on the checker's thread.
  explicit PasswordChecker(Done done);
  // What was asked and not answered is forgotten.
  ~PasswordChecker();
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  struct Question {
    uint64_t ticket = 0;
    std::string name;
    std::string password;
    std::shared_ptr<const Users> users;
  };
  // False: too many are waiting already.
  bool Ask(Question question);

 private:
  void Run();

  const Done done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Question> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

// The comparison itself.
bool IsPassword(const PasswordChecker::Users& users, const std::string& name, const std::string& password);

}  // namespace mta
