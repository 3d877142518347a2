// Handover: what a process leaves to the program that begins anew in it (SignalThread::ReplaceProcess): all
// state as of its last line, and sockets that stay open with what has come to them since.
//
// It lies in a file in memory, whose descriptor the environment names.  One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/state/snapshot.h"

namespace mta {

class Handover {
 public:
  Handover() = default;
  // What was left in this process, by the same version; else, and mostly, nothing.  Before other threads are
  // started.
  static Handover Receive();
  Handover(Handover&&) = default;
  Handover& operator=(Handover&&) = delete;
  ~Handover() { Close(); }

  // Once each: the state, and what was Put().  Who takes descriptors owns them.
  std::optional<DecodedSnapshot> TakeState();
  struct Part {
    std::vector<int> descriptors;
    std::string bytes;
  };
  std::optional<Part> Take(const std::string& name);
  // Closes what nobody has taken, or wants after all; the files of unix sockets are removed.
  void Close();
  static void Close(const Part& part);

  // What is left to the next program, all of it by Leave(), which gives the entry for its environment.
  void Put(const std::string& name, Part part) { parts_[name] = std::move(part); }
  Result<std::string> Leave(const Snapshot& state);

 private:
  std::string Encode(const Snapshot& state) const;

  std::string state_;
  std::map<std::string, Part> parts_;
};

}  // namespace mta
