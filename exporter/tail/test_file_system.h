// For tests: a file system in memory behind an Env, with a clock that only the test moves.
//
// As mean as a real one: inodes are used again as soon as they are free, an open file outlives its name, and
// times are as coarse as the kernel's.  Before every call of the Env the test may do something of its own
// (rotate a file between two reads), or let the call fail.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "exporter/base/env.h"

namespace mta {

class TestFileSystem final : public Env {
 public:
  struct Node {
    explicit Node(std::set<uint64_t>& inodes) : used(inodes) {
      while (used.contains(inode)) ++inode;
      used.insert(inode);
    }
    ~Node() { used.erase(inode); }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    std::set<uint64_t>& used;
    uint64_t inode = 1;
    uint64_t links = 1;
    std::string bytes;
    std::string plain;   // what an archive was made from; for the test
    std::string target;  // of a symbolic link
    int64_t mtime_ns = 0;
    int64_t renamed_ns = 0;  // for the first time
    bool readable = true;
    bool directory = false;
    bool made = false;    // through the Env; then
    std::string durable;  // is what would outlive a loss of power
  };
  using Handle = std::shared_ptr<Node>;

  // The errno to fail with, 0 to go on.  Called before every call of the Env but the clocks.
  std::function<int(const char* call, const std::string& path)> before_call;
  // Reads and writes move at most so many bytes; 0: as many as asked for.
  size_t short_reads = 0;
  size_t short_writes = 0;
  int64_t now_ns = 1'795'000'000'000'000'000;

  explicit TestFileSystem(const std::string& directory) { AddDirectory(directory); }

  // What the rest of the world does.
  void AddDirectory(const std::string& path) { Add(path)->directory = true; }
  // An open file, made where there is none.
  Handle Open(const std::string& path, bool make) {
    const std::string real = Resolve(path);
    if (const auto at = names_.find(real); at != names_.end()) return at->second;
    return make ? Add(real) : nullptr;
  }
  void Append(const Handle& file, const std::string& bytes) {
    file->bytes += bytes;
    file->mtime_ns = CoarseNow();
  }
  void Set(const Handle& file, const std::string& bytes) {
    file->bytes = bytes;
    file->mtime_ns = CoarseNow();
  }
  bool Exists(const std::string& path) const { return names_.contains(path); }
  void Move(const std::string& from, const std::string& to) {
    const Handle file = names_.at(from);
    names_.erase(from);
    Remove(to);
    names_[to] = file;
    if (file->renamed_ns == 0) file->renamed_ns = now_ns;
  }
  void Remove(const std::string& path) {
    const auto at = names_.find(path);
    if (at == names_.end()) return;
    --at->second->links;
    names_.erase(at);
  }
  // Of all files that have a name, as they are uncompressed; by path.
  std::map<std::string, std::string> Contents() const {
    std::map<std::string, std::string> contents;
    for (const auto& [path, node] : names_) {
      if (node->directory || !node->target.empty()) continue;
      contents[path] = node->plain.empty() ? node->bytes : node->plain;
    }
    return contents;
  }
  void AllowAll() {
    for (const auto& entry : names_) entry.second->readable = true;
  }
  void Link(const std::string& target, const std::string& path) {
    Remove(path);
    Add(path)->target = target;
  }
  // What was not synced is gone.  Whether a directory's new names are is the disk's choice.
  void LosePower(bool names_survive) {
    if (!names_survive) names_ = durable_names_;
    for (const auto& [path, node] : names_) {
      if (node->made) node->bytes = node->durable;
    }
  }

  // Env.
  Result<std::unique_ptr<File>> Open(const std::string& path) override { return OpenRegular(path); }
  Result<std::unique_ptr<File>> OpenRegular(const std::string& path) override {
    const auto found = Find("open", path);
    if (!found) return tl::unexpected(found.error());
    if (!(*found)->readable) return Refuse("open", path, EACCES);
    return std::make_unique<TestFile>(*this, path, *found);
  }
  Result<std::unique_ptr<File>> OpenStandardInput() override {
    return Refuse("open", "standard input", EBADF);
  }
  Result<FileStatus> Status(const std::string& path) override {
    const auto found = Find("look at", path);
    if (!found) return tl::unexpected(found.error());
    return StatusOf(**found);
  }
  Result<std::vector<std::string>> List(const std::string& directory) override {
    const auto found = Find("list", directory);
    if (!found) return tl::unexpected(found.error());
    if (!(*found)->readable) return Refuse("list", directory, EACCES);
    std::vector<std::string> names;
    const std::string prefix = directory + "/";
    for (const auto& [path, node] : names_) {
      if (path.starts_with(prefix) && path.find('/', prefix.size()) == path.npos) {
        names.push_back(path.substr(prefix.size()));
      }
    }
    return names;
  }
  Result<std::string> ReadLink(const std::string& path) override {
    if (const int code = Before("read the link", path)) return Refuse("read the link", path, code);
    const auto at = names_.find(path);
    if (at == names_.end()) return Refuse("read the link", path, ENOENT);
    if (at->second->target.empty()) return Refuse("read the link", path, EINVAL);
    return at->second->target;
  }
  Outcome MakeDirectory(const std::string& path) override {
    if (const int code = Before("make the directory", path)) return Refuse("make the directory", path, code);
    if (!names_.contains(path)) AddDirectory(path);
    return {};
  }
  Result<std::unique_ptr<NewFile>> Create(const std::string& path) override {
    if (const int code = Before("write", path)) return Refuse("write", path, code);
    Handle node = Open(path, true);
    node->bytes.clear();
    node->made = true;
    return std::make_unique<TestNewFile>(*this, path, std::move(node));
  }
  Outcome Rename(const std::string& from, const std::string& to) override {
    if (const int code = Before("rename to", to)) return Refuse("rename to", to, code);
    Move(from, to);
    return {};
  }
  Outcome SyncDirectory(const std::string& path) override {
    if (const int code = Before("sync", path)) return Refuse("sync", path, code);
    durable_names_ = names_;
    return {};
  }
  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    if (const int code = Before("lock", path)) return Refuse("lock", path, code);
    Open(path, true);
    return std::make_unique<FileLock>();
  }
  int64_t NowNs() override { return now_ns; }
  int64_t MonotonicNs() override { return now_ns - 1'700'000'000'000'000'000; }
  int64_t ThreadCpuNs() override { return 0; }

 private:
  class TestFile final : public File {
   public:
    TestFile(TestFileSystem& fs, std::string path, Handle node)
        : fs_(fs), path_(std::move(path)), node_(std::move(node)) {}
    Result<size_t> Read(char* buffer, size_t size) override {
      auto count = ReadAt(at_, buffer, size);
      if (count) at_ += *count;
      return count;
    }
    Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
      if (const int code = fs_.Before("read", path_)) return fs_.Refuse("read", path_, code);
      if (offset >= node_->bytes.size()) return size_t{0};
      size_t count = std::min<uint64_t>(size, node_->bytes.size() - offset);
      if (fs_.short_reads != 0) count = std::min(count, fs_.short_reads);
      std::memcpy(buffer, node_->bytes.data() + offset, count);
      return count;
    }
    Result<FileStatus> Status() override {
      if (const int code = fs_.Before("look at", path_)) return fs_.Refuse("look at", path_, code);
      return StatusOf(*node_);
    }

   private:
    TestFileSystem& fs_;
    const std::string path_;
    const Handle node_;
    uint64_t at_ = 0;
  };

  class TestNewFile final : public NewFile {
   public:
    TestNewFile(TestFileSystem& fs, std::string path, Handle node)
        : fs_(fs), path_(std::move(path)), node_(std::move(node)) {}
    Result<size_t> Write(std::string_view bytes) override {
      if (const int code = fs_.Before("write", path_)) return fs_.Refuse("write", path_, code);
      if (fs_.short_writes != 0) bytes = bytes.substr(0, fs_.short_writes);
      node_->bytes += bytes;
      return bytes.size();
    }
    Outcome Sync() override {
      if (const int code = fs_.Before("sync", path_)) return fs_.Refuse("sync", path_, code);
      node_->durable = node_->bytes;
      return {};
    }

   private:
    TestFileSystem& fs_;
    const std::string path_;
    const Handle node_;
  };

  static FileStatus StatusOf(const Node& node) {
    FileStatus status;
    status.kind = node.directory ? FileKind::kDirectory : FileKind::kRegular;
    status.device = 1;
    status.inode = node.inode;
    status.size_bytes = node.bytes.size();
    status.mtime_ns = node.mtime_ns;
    status.links = node.links;
    return status;
  }

  Handle Add(const std::string& path) {
    auto node = std::make_shared<Node>(inodes_);
    node->mtime_ns = CoarseNow();
    names_[path] = node;
    return node;
  }
  std::string Resolve(std::string path) const {
    for (int links = 0; links < 8; ++links) {
      const auto at = names_.find(path);
      if (at == names_.end() || at->second->target.empty()) return path;
      const std::string& target = at->second->target;
      path = target.starts_with('/') ? target : path.substr(0, path.rfind('/') + 1) + target;
    }
    return path;
  }
  Result<Handle> Find(const char* call, const std::string& path) {
    if (const int code = Before(call, path)) return Refuse(call, path, code);
    const auto at = names_.find(Resolve(path));
    if (at == names_.end()) return Refuse(call, path, ENOENT);
    return at->second;
  }
  int Before(const char* call, const std::string& path) { return before_call ? before_call(call, path) : 0; }
  static tl::unexpected<Error> Refuse(const std::string& call, const std::string& path, int code) {
    return Fail("cannot " + call + " " + path + ": " + std::generic_category().message(code), code);
  }
  int64_t CoarseNow() const { return now_ns - now_ns % 4'000'000; }

  std::set<uint64_t> inodes_;
  std::map<std::string, Handle> names_;
  std::map<std::string, Handle> durable_names_;
};

}  // namespace mta
