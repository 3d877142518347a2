// For tests: a log, its writer, its rotations, and a follower, told as a script.
//
// A script is words with blanks between; LOG is the file that is followed.
//   w:TEXT      the writer, which keeps LOG open, appends a line
//   t:TEXT      ... text without a newline
//   reopen      the writer opens LOG anew (and makes it) at its next write
//   late:TEXT   a line from a writer that still has the file before the last reopen
//   mv          LOG.1 becomes LOG.2 and so on, LOG becomes LOG.1
//   create      an empty LOG is made
//   rotate      mv create reopen
//   date:D      LOG becomes LOG-D (date: the next)
//   ml:HEX      multilog: LOG becomes @HEX.s (ml: the next one) beside it; reopen
//   copy        like mv, but LOG.1 is a copy
//   trunc       LOG is emptied
//   ct          the next step of: a copy LOG-D begins, is whole, LOG is emptied; not within a line
//   rm rm:N     LOG, LOG.N is removed
//   prune       the oldest rotated file is removed, if all of it was handed out
//   gz:N        LOG.N is compressed; also bz2, xz, zst
//   deny allow  LOG may (not) be opened
//   poll        the follower reads (poll:BYTES: so much); then all is saved
//   kill        the follower starts from what was saved
//   crash       it reads, and is killed before that is saved
//   wait:S      seconds pass
#pragma once

#include <charconv>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "exporter/tail/follower.h"
#include "exporter/tail/test_archive.h"
#include "exporter/tail/test_file_system.h"

namespace mta {

class Scene {
 public:
  explicit Scene(std::string log = "/log/mail.log", bool from_beginning = false)
      : fs("/log"), log_(std::move(log)), from_beginning_(from_beginning) {
    Start();
  }

  // Returns the lines so far, with blanks between.
  std::string Play(const std::string& script) {
    std::istringstream words(script);
    for (std::string word; words >> word;) Do(word);
    return Lines();
  }

  void Do(const std::string& word) {
    const size_t colon = word.find(':');
    const std::string verb = word.substr(0, colon);
    const std::string argument = colon == word.npos ? "" : word.substr(colon + 1);
    if (!DoFollower(verb, argument) && !DoWriter(verb, argument) && !DoRotation(verb, argument)) {
      throw std::runtime_error("no such verb: " + word);
    }
  }

  // Of the files that the writers have open, also where they have no name any more.
  std::vector<std::string> OpenContents() const {
    std::vector<std::string> contents;
    for (const auto& file : {writer_, former_}) {
      if (file) contents.push_back(file->bytes);
    }
    return contents;
  }

  std::string Lines() const {
    std::string all;
    for (const std::string& line : sink.lines) all += (all.empty() ? "" : " ") + line;
    return all;
  }

  struct Sink : FollowSink {
    void Line(std::string_view line) override { lines.emplace_back(line); }
    void OversizedLine(uint64_t bytes) override { lines.push_back("oversized" + std::to_string(bytes)); }
    std::vector<std::string> lines;
  };

  TestFileSystem fs;
  Sink sink;
  FollowProgress total;  // of all Poll() calls: sums; lag, problem and more are the last one's
  std::unique_ptr<Follower> follower;
  int64_t look_interval_ns = 0;
  uint64_t rotations = 0;  // the log was renamed, emptied or deleted

 private:
  void Start() {
    FollowerOptions options;
    options.log = log_;
    options.from_beginning = from_beginning_;
    options.max_line_bytes = 200;
    options.look_interval_ns = look_interval_ns;
    follower = std::make_unique<Follower>(fs, options);
  }

  bool DoFollower(const std::string& verb, const std::string& argument) {
    if (verb == "poll") {
      Add(follower->Poll(sink, argument.empty() ? 1 << 20 : std::stoull(argument)));
      Save();
    } else if (verb == "kill") {
      Restart();
    } else if (verb == "crash") {
      follower->Poll(sink, 1 << 20);
      Restart();
    } else if (verb == "wait") {
      fs.now_ns += std::stoll(argument) * 1'000'000'000;
    } else {
      return false;
    }
    return true;
  }

  bool DoWriter(const std::string& verb, const std::string& argument) {
    if (verb == "w" || verb == "t") {
      if (!writer_) writer_ = fs.Open(log_, true);
      fs.Append(writer_, argument + (verb == "w" ? "\n" : ""));
    } else if (verb == "late") {
      // Nobody waits long to write the rest of a file's first line.
      const bool begun = former_ && !former_->bytes.empty() && former_->bytes.find('\n') == std::string::npos;
      if (begun && fs.now_ns - former_->mtime_ns > 55'000'000'000) return true;
      if (former_) fs.Append(former_, argument + "\n");
    } else if (verb == "reopen") {
      if (writer_) former_ = writer_;
      writer_ = nullptr;
    } else {
      return false;
    }
    return true;
  }

  bool DoRotation(const std::string& verb, const std::string& argument) {
    for (const char* rotates : {"mv", "date", "ml", "trunc", "rm"}) {
      if (verb == rotates && argument.empty() && fs.Exists(log_)) ++rotations;
    }
    // Nobody renames a log that is just being copied and emptied.
    if (copied_ && (verb == "mv" || verb == "rotate" || verb == "date" || verb == "copy")) Play("trunc");
    if (verb == "copy" || verb == "trunc" || verb == "rm") copied_ = verb == "copy" && fs.Exists(log_);
    if (verb == "rotate") {
      Play("mv create reopen");
    } else if (verb == "create") {
      fs.Open(log_, true);
    } else if (verb == "mv") {
      Shift();
      if (fs.Exists(log_)) fs.Move(log_, log_ + ".1");
    } else if (verb == "copy") {
      Shift();
      if (!fs.Exists(log_)) return true;
      const auto copy = fs.Open(log_ + ".1", true);
      fs.Set(copy, fs.Open(log_, false)->bytes);
      copy->readable = fs.Open(log_, false)->readable;
    } else if (verb == "trunc") {
      if (fs.Exists(log_)) fs.Set(fs.Open(log_, false), "");
    } else if (verb == "date") {
      const std::string date = argument.empty() ? std::to_string(++stamp_) : argument;
      if (fs.Exists(log_)) fs.Move(log_, log_ + "-" + date);
    } else if (verb == "ct") {
      CopyAndTruncate();
    } else if (verb == "prune") {
      Prune();
    } else if (verb == "ml") {
      std::string stamp = argument.empty() ? std::to_string(++stamp_) : argument;
      stamp.insert(0, 24 - stamp.size(), '0');
      if (fs.Exists(log_)) fs.Move(log_, log_.substr(0, log_.rfind('/')) + "/@" + stamp + ".s");
      Play("reopen");
    } else if (verb == "rm") {
      fs.Remove(argument.empty() ? log_ : log_ + "." + argument);
    } else if (verb == "deny") {
      fs.Open(log_, true)->readable = false;
    } else if (verb == "allow") {
      fs.AllowAll();
    } else {
      return Compress(verb, argument);
    }
    return true;
  }

  // One step after the other: the copy begins, is whole, the log is emptied.
  void CopyAndTruncate() {
    const auto log = fs.Open(log_, false);
    if (!log) return;
    if (copying_.empty()) {
      if (log->bytes.empty() || !log->bytes.ends_with('\n')) return;
      copying_ = log_ + "-" + std::to_string(++stamp_);
      fs.Set(fs.Open(copying_, true), log->bytes.substr(0, log->bytes.size() / 3));
    } else if (!copied_) {
      if (!log->bytes.ends_with('\n')) return;
      fs.Set(fs.Open(copying_, false), log->bytes);
      copied_ = true;
    } else {
      fs.Set(log, "");
      copied_ = false;
      copying_.clear();
      ++rotations;
    }
  }

  // The oldest rotated file goes, if all of it was handed out and that is saved.
  void Prune() {
    for (const auto& [path, content] : fs.Contents()) {
      if (path == log_ || path == copying_) continue;
      std::istringstream lines(content);
      for (std::string line; std::getline(lines, line);) {
        if (std::find(saved_lines_.begin(), saved_lines_.end(), line) == saved_lines_.end()) return;
      }
      return fs.Remove(path);
    }
  }

  bool Compress(const std::string& verb, const std::string& argument) {
    const std::map<std::string, Compression> kinds = {{"gz", Compression::kGzip},
                                                      {"bz2", Compression::kBzip2},
                                                      {"xz", Compression::kXz},
                                                      {"zst", Compression::kZstd}};
    if (!kinds.contains(verb)) return false;
    const std::string path = log_ + "." + argument;
    if (!fs.Exists(path)) return true;
    const auto original = fs.Open(path, false);
    // Nobody compresses a file that is written to long after its rotation.
    if (original->mtime_ns > original->renamed_ns + 55'000'000'000) return true;
    // One that was never read and is at another inode now is known by nothing.
    if (!original->readable) return true;
    const auto archive = fs.Open(path + "." + verb, true);
    fs.Set(archive, Compressed(kinds.at(verb), original->bytes));
    archive->plain = original->bytes;
    archive->mtime_ns = original->mtime_ns;
    fs.Remove(path);
    return true;
  }

  void Shift() {
    for (int n = 99; n > 0; --n) {  // more than any history has: nothing is rotated over another file
      for (const char* suffix : {"", ".gz", ".bz2", ".xz", ".zst"}) {
        const std::string from = log_ + "." + std::to_string(n) + suffix;
        if (fs.Exists(from)) fs.Move(from, log_ + "." + std::to_string(n + 1) + suffix);
      }
    }
  }

  void Add(const FollowProgress& progress) {
    total.bytes += progress.bytes;
    total.renamed += progress.renamed;
    total.truncated += progress.truncated;
    total.replaced += progress.replaced;
    total.lost_bytes += progress.lost_bytes;
    total.lag_bytes = progress.lag_bytes;
    total.problem = progress.problem;
    total.more = progress.more;
    total.notices.insert(total.notices.end(), progress.notices.begin(), progress.notices.end());
  }

  void Save() {
    ByteWriter out;
    follower->Save(out);
    saved_ = out.Take();
    saved_lines_ = sink.lines;
    saved_total_ = total;
  }

  void Restart() {
    Start();
    sink.lines = saved_lines_;
    total = saved_total_;
    if (saved_.empty()) return;  // killed before its first save
    ByteReader in(saved_);
    if (!follower->Restore(in) || !in.done()) throw std::runtime_error("what was saved cannot be restored");
  }

  const std::string log_;
  const bool from_beginning_;
  TestFileSystem::Handle writer_;
  TestFileSystem::Handle former_;
  bool copied_ = false;       // and not emptied yet
  std::string copying_;       // the copy that is made
  int64_t stamp_ = 20260000;  // of `ml` and `date` without one
  std::string saved_;
  std::vector<std::string> saved_lines_;
  FollowProgress saved_total_;
};

}  // namespace mta
