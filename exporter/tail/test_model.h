// For tests: a world of random writes, rotations, kills and reads, against what must come out of it.
//
// A history is a list of steps, each a word of test_scene.h; `poll@3=mv@9=w:x` does `mv` before the third and
// `w:x` before the ninth system call of that poll.  Every line written is unlike every other one, so what
// must hold can be said without knowing how the follower works:
//   - a line that is in a file of the directory when all is over was handed out once
//   - no line was handed out twice (pieces of lines may be), and none that was never in a file
//   - the lines of one file come in their order
//   - no more bytes are counted as lost than were written and not handed out as a whole line
// A failing history is shrunk to the few steps that matter, and can be played again (MTA_MODEL_SCRIPT),
// and watched step by step (MTA_MODEL_TRACE=1).
#pragma once

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "exporter/tail/test_scene.h"

namespace mta {

using History = std::vector<std::string>;

inline std::string ToText(const History& history) {
  std::string text;
  for (const std::string& step : history) text += (text.empty() ? "" : " ") + step;
  return text;
}

inline History ToHistory(const std::string& text) {
  std::istringstream words(text);
  History history;
  for (std::string word; words >> word;) history.push_back(word);
  return history;
}

// How lines begin.
constexpr std::string_view kBeginAlike = "Nov_";

enum class World { kNumbered, kDated, kCopied, kMultilog };

class Model {
 public:
  // Half of them begin with an empty log that is followed from its end.
  Model(World world, bool from_beginning)
      : world_(world), scene_(world == World::kMultilog ? "/log/current" : "/log/mail.log", from_beginning) {
    scene_.fs.before_call = [this](const char*, const std::string&) {
      const auto pause = pauses_.find(++calls_);
      if (pause != pauses_.end()) Play(pause->second);
      return 0;
    };
    if (!from_beginning) scene_.Play("create poll");
  }

  // Plays it to the end; returns what is wrong, or nothing.
  std::string Check(const History& history) {
    for (const std::string& step : history) Step(step);
    pauses_.clear();
    Play("allow");
    for (int i = 0; i < 6; ++i) {
      Step(i % 2 == 0 ? "wait:61" : "wait:3");
      Step("poll");
    }
    return Verdict();
  }

  uint64_t rotations() const { return scene_.rotations; }

 private:
  void Step(const std::string& step) {
    std::istringstream parts(step);
    std::string word;
    std::getline(parts, word, '@');
    pauses_.clear();
    calls_ = 0;
    for (std::string pause; std::getline(parts, pause, '@');) {
      const size_t equals = pause.find('=');
      pauses_[std::stoi(pause.substr(0, equals))] = pause.substr(equals + 1);
    }
    Play(word);
    if (std::getenv("MTA_MODEL_TRACE") != nullptr) Trace(step);
  }

  void Trace(const std::string& step) {
    std::cerr << step << "\t(" << calls_ << " calls) -> " << scene_.Lines() << "  " << scene_.total.problem
              << "\n";
    for (const auto& [path, content] : scene_.fs.Contents()) {
      std::cerr << "\t" << path << " " << content.size() << " bytes\n";
    }
  }

  void Play(const std::string& word) {
    const bool writes = word.starts_with("w:") || word.starts_with("t:") || word.starts_with("late:");
    if (writes) written_bytes_ += word.size() - word.find(':') - (word[0] == 't' ? 1 : 0);
    scene_.Do(word);
    scene_.fs.now_ns += 1'000'000;
    if (word.starts_with("poll") || word.starts_with("crash")) return;
    Observe();
  }

  // Notes what is in the files.
  void Observe() {
    present_.clear();
    std::string stream;
    for (const auto& [path, content] : scene_.fs.Contents()) {
      stream += content;
      if (world_ != World::kMultilog) NoteLines(content);
    }
    if (world_ == World::kMultilog) NoteLines(stream);
    for (const std::string& content : scene_.OpenContents()) existed_.insert(content);
  }

  void NoteLines(const std::string& content) {
    std::istringstream lines(content);
    std::string line;
    std::vector<std::string> order;
    while (std::getline(lines, line)) {
      if (lines.eof()) break;  // unfinished
      present_.insert(line);
      whole_.insert(line);
      order.push_back(line);
    }
    orders_.insert(order);
    existed_.insert(content);
  }

  std::string Verdict() {
    Observe();
    std::map<std::string, size_t> place;  // of each line handed out
    for (size_t i = 0; i < scene_.sink.lines.size(); ++i) {
      const std::string& line = scene_.sink.lines[i];
      if (!place.emplace(line, i).second && whole_.contains(line)) return "twice: " + line;
      if (!Existed(line)) return "never written: " + line;
    }
    for (const std::string& line : present_) {
      if (!place.contains(line) && !InPieces(line, place)) return "not handed out: " + line;
    }
    for (const auto& order : orders_) {
      size_t last = 0;
      for (const std::string& line : order) {
        const auto at = place.find(line);
        if (at == place.end()) continue;
        if (at->second < last) return "out of order: " + line;
        last = at->second;
      }
    }
    uint64_t accounted = scene_.total.lost_bytes;
    for (const auto& [line, at] : place) accounted += whole_.contains(line) ? line.size() + 1 : 0;
    if (scene_.total.lost_bytes > 0 && accounted > written_bytes_ + kBeginAlike.size()) {
      return "lost bytes are a guess";
    }
    return "";
  }

  bool Existed(const std::string& line) const {
    return std::any_of(existed_.begin(), existed_.end(),
                       [&](const std::string& content) { return content.find(line) != content.npos; });
  }

  // The end of a line came more than a minute after its beginning, in a rotated file.
  bool InPieces(const std::string& line, const std::map<std::string, size_t>& place) const {
    for (size_t cut = 1; cut < line.size(); ++cut) {
      if (place.contains(line.substr(0, cut)) && place.contains(line.substr(cut))) return true;
    }
    return false;
  }

  const World world_;
  std::map<int, std::string> pauses_;  // of the present step, by the number of the call
  int calls_ = 0;
  uint64_t written_bytes_ = 0;                 // at most
  std::set<std::string> present_;              // whole lines in the files of the directory
  std::set<std::string> whole_;                // lines that were ever whole
  std::set<std::string> existed_;              // contents that files had
  std::set<std::vector<std::string>> orders_;  // lines of one file, in their order
  Scene scene_;
};

}  // namespace mta
