#include "exporter/app/serve/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mta {
namespace {

constexpr std::chrono::seconds kPatience{25};  // more than a reload takes, whatever hangs

// As they were given, the program's name first.
std::vector<std::string> OwnArguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> arguments;
  for (size_t begin = 0, end; (end = all.find('\0', begin)) != all.npos; begin = end + 1)
    arguments.push_back(all.substr(begin, end - begin));
  return arguments;
}

// The threads and open files of this process end with the call, its id and environment stay.
void BeginAnew(std::string& environment_entry) {
  std::vector<std::string> arguments = OwnArguments();
  std::vector<char*> pointers, environment;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  if (!environment_entry.empty()) environment.push_back(environment_entry.data());
  for (auto* const list : {&pointers, &environment}) list->push_back(nullptr);
  std::error_code error;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error);
  execve(program.c_str(), pointers.data(), environment.data());
  execve("/proc/self/exe", pointers.data(), environment.data());  // the file was replaced, or removed
}

}  // namespace

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

SignalThread::SignalThread(const sigset_t& signals, Ingest& ingest, Reloader& reloader,
                           ServiceManager& manager, Logger& logger)
    : signals_(signals),
      ingest_(ingest),
      reloader_(reloader),
      manager_(manager),
      logger_(logger),
      thread_([this] { Listen(); }) {}

SignalThread::~SignalThread() {
  if (thread_.joinable()) End();
}

void SignalThread::ReplaceProcess(std::string environment_entry) {
  environment_entry_ = std::move(environment_entry);
  End();
}

void SignalThread::End() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);  // ends its wait
  thread_.join();
}

Outcome SignalThread::AskForReload() {
  std::unique_lock lock(reloads_mutex_);
  const uint64_t mine = ++asked_count_;
  pthread_kill(thread_.native_handle(), SIGHUP);
  if (answered_.wait_for(lock, kPatience, [&] { return answered_count_ >= mine; })) return answer_;
  return Fail("the reload is still under way: the log will say how it went");
}

// One reload is the answer to all who have asked before it began.
void SignalThread::AnswerReload() {
  std::unique_lock lock(reloads_mutex_);
  const uint64_t asked = asked_count_;
  lock.unlock();
  Outcome done = Reload();
  lock.lock();
  answer_ = std::move(done);
  answered_count_ = asked;
  answered_.notify_all();
}

// The log says how it went.
Outcome SignalThread::Reload() {
  if (wants_replacement_) return Fail("the process is just beginning anew: ask again");
  manager_.Reloading();
  Outcome done = reloader_.Reload();
  if (!reloader_.needs_replacement()) return manager_.Ready(), done;
  wants_replacement_ = true;
  ingest_.Stop();
  return done;
}

void SignalThread::Listen() {
  for (int signal = 0; sigwait(&signals_, &signal) == 0 && !done_;) {
    if (signal == SIGUSR1) continue;
    if (signal == SIGHUP) {
      AnswerReload();
      continue;
    }
    wants_replacement_ = false;  // to end comes first
    manager_.Stopping();
    logger_.Info("ending", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    ingest_.Stop();
  }
  if (!wants_replacement_) return;
  BeginAnew(environment_entry_);
  logger_.Error("the process cannot be replaced", {{"error", std::strerror(errno)}});
}

}  // namespace mta
