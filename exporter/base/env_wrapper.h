// EnvWrapper: another Env, call by call.  Override what shall be different.
#pragma once

#include "exporter/base/env.h"

namespace mta {

class EnvWrapper : public Env {
 public:
  // `target` must outlive the wrapper.
  explicit EnvWrapper(Env& target) : target_(target) {}

  Result<std::unique_ptr<File>> Open(const std::string& path) override { return target_.Open(path); }
  Result<std::unique_ptr<File>> OpenRegular(const std::string& path) override {
    return target_.OpenRegular(path);
  }
  Result<std::unique_ptr<File>> OpenStandardInput() override { return target_.OpenStandardInput(); }
  Result<FileStatus> Status(const std::string& path) override { return target_.Status(path); }
  Result<std::vector<std::string>> List(const std::string& path) override { return target_.List(path); }
  Outcome ForEachEntry(const std::string& path, const EntryVisitor& visit) override {
    return target_.ForEachEntry(path, visit);
  }
  Result<std::string> ReadLink(const std::string& path) override { return target_.ReadLink(path); }
  Outcome MakeDirectory(const std::string& path) override { return target_.MakeDirectory(path); }
  Result<std::unique_ptr<NewFile>> Create(const std::string& path) override { return target_.Create(path); }
  Outcome Rename(const std::string& from, const std::string& to) override { return target_.Rename(from, to); }
  Outcome SyncDirectory(const std::string& path) override { return target_.SyncDirectory(path); }
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override { return target_.Lock(path); }
  int64_t NowNs() override { return target_.NowNs(); }
  int64_t MonotonicNs() override { return target_.MonotonicNs(); }
  int64_t ThreadCpuNs() override { return target_.ThreadCpuNs(); }

 private:
  Env& target_;
};

}  // namespace mta
