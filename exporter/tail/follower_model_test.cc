// Random histories against the model of test_model.h.
//   MTA_MODEL_SEEDS=100000      so many histories of each world
//   MTA_MODEL_SCRIPT='w:a poll@3=mv'  MTA_MODEL_WORLD=numbered|dated|multilog   one history again
#include <cstdlib>
#include <iostream>

#include "catch.h"
#include "exporter/tail/test_model.h"

namespace mta {
namespace {

constexpr int kDefaultSeeds = 1000;
constexpr int kSteps = 40;
constexpr int kPiece = 40;  // of 50 writes
constexpr int kBeginning = 45;

class HistoryWriter {
 public:
  HistoryWriter(World world, uint64_t seed) : world_(world), random_(seed) {}

  History Write() {
    History history;
    while (history.size() < kSteps) {
      const std::string step = Step();
      history.push_back(step.starts_with("poll") || step == "crash" ? WithPauses(step) : step);
    }
    return history;
  }

 private:
  std::string WithPauses(std::string step) {
    if (Pick(2) == 0) return step;
    for (int pauses = Pick(4); pauses > 0; --pauses) {
      step += "@" + std::to_string(1 + Pick(40)) + "=" + WorldStep();
    }
    return step;
  }

  std::string Step() {
    switch (Pick(10)) {
      case 0:
        return Pick(4) == 0 ? "kill" : "crash";
      case 1:
        return "poll:" + std::to_string(1 + Pick(20));
      case 2:
      case 3:
        return "poll";
      default:
        return WorldStep();
    }
  }

  std::string WorldStep() {
    const int kind = Pick(100);
    if (world_ == World::kCopied) return CopiedStep(kind);
    if (kind < 50) return Write(kind);
    if (kind < 60)
      return std::string("wait:") + std::vector<const char*>{"1", "2", "3", "30", "61"}[Pick<size_t>(5)];
    if (world_ == World::kMultilog) return kind < 80 ? "ml" : "reopen";
    if (kind < 63) return "late:E" + Number();
    if (kind < 70) return "reopen";
    if (kind < 75) return "create";
    if (kind < 77) return "rm";
    if (kind < 78) return Pick(2) == 0 ? "deny" : "allow";
    if (world_ == World::kDated) return "date";
    if (kind < 86) return "mv";
    if (kind < 90) return "copy";
    if (kind < 94) return "trunc";
    return std::vector<std::string>{"gz:", "bz2:", "xz:", "zst:"}[Pick<size_t>(4)] +
           std::to_string(1 + Pick(3));
  }

  std::string CopiedStep(int kind) {
    if (kind < 50) return Write(kind < 40 ? 1 : kBeginning);
    if (kind < 53) return std::string("wait:") + std::to_string(1 + Pick(3));
    return kind < 85 ? "ct" : "prune";
  }

  // Lines that begin alike, as those of one second do, in files longer than a head, and pieces of lines.
  std::string Write(int kind) {
    if (kind >= kBeginning) return "t:" + std::string(kBeginAlike).substr(0, 1 + Pick(kBeginAlike.size()));
    if (kind >= kPiece) return "t:T" + Number() + ".";
    return "w:" + std::string(kBeginAlike) + Number() +
           std::string(Pick(3) == 0 ? Pick<size_t>(120) : 0, 'x');
  }

  std::string Number() { return std::to_string(next_++); }
  template <typename T = int>
  T Pick(T below) {
    return static_cast<T>(random_() % static_cast<uint64_t>(below));
  }

  const World world_;
  std::mt19937_64 random_;
  int next_ = 100;
};

std::string CheckHistory(World world, bool from_beginning, const History& history,
                         uint64_t* rotations = nullptr) {
  Model model(world, from_beginning);
  std::string verdict = model.Check(history);
  if (rotations != nullptr) *rotations += model.rotations();
  return verdict;
}

// Leaves out whatever can be left out of a history that fails.
History Shrink(World world, bool from_beginning, History history) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (size_t i = history.size(); i-- > 0;) {
      History without = history;
      const size_t pause = without[i].rfind('@');
      if (pause != std::string::npos) {
        without[i].resize(pause);
      } else {
        without.erase(without.begin() + static_cast<ptrdiff_t>(i));
      }
      if (CheckHistory(world, from_beginning, without).empty()) continue;
      history = std::move(without);
      smaller = true;
      if (pause != std::string::npos) ++i;
    }
  }
  return history;
}

int Seeds() {
  const char* wanted = std::getenv("MTA_MODEL_SEEDS");
  return wanted != nullptr ? std::atoi(wanted) : kDefaultSeeds;
}

void CheckWorld(World world, const char* name) {
  uint64_t rotations = 0;
  for (int seed = 0; seed < Seeds(); ++seed) {
    const bool from_beginning = seed % 2 == 0;
    const History history = HistoryWriter(world, static_cast<uint64_t>(seed)).Write();
    if (CheckHistory(world, from_beginning, history, &rotations).empty()) continue;
    const History small = Shrink(world, from_beginning, history);
    std::cout << ToText(small) << "\n";  // unbroken, to be played again
    FAIL("seed " << seed << (from_beginning ? " from the beginning: " : " from the end: ")
                 << CheckHistory(world, from_beginning, small));
  }
  std::cout << name << ": " << Seeds() << " histories, " << rotations << " rotations\n";
}

TEST_CASE("model: numbered rotations, copies, archives") {
  CheckWorld(World::kNumbered, "numbered");
}

TEST_CASE("model: dated rotations") {
  CheckWorld(World::kDated, "dated");
}

TEST_CASE("model: copied and emptied again and again") {
  CheckWorld(World::kCopied, "copied");
}

TEST_CASE("model: a multilog directory") {
  CheckWorld(World::kMultilog, "multilog");
}

// What is torn, or only just begun, begins like many a file.
TEST_CASE("model: files that begin alike, and lost one another once") {
  for (const char* script : {
           "w:Nov_1 ct ct ct w:Nov_2 ct ct ct t:No poll@24=t:No@23=w:Nov_3 w:Nov_4 ct",
           "w:Nov_1 ct ct ct poll:5@6=w:Nov_2 ct ct ct poll@19=w:Nov_333333333 ct",
           "w:Nov_1 ct ct ct poll@9=t:Nov_",
           "w:Nov_1 poll ct ct ct t:N poll w:Nov_2 ct ct ct poll@15=w:Nov_3 poll@28=ct ct",
           "w:Nov_1 poll ct ct ct t:Nov poll w:Nov_2 ct poll ct t:N poll@17=ct w:Nov_3",
           "w:Nov_1 ct ct ct w:Nov_2 ct ct ct w:Nov_3 ct ct ct poll w:Nov_4444444 ct",
           "w:Nov_1 ct poll ct ct poll w:Nov_2 ct ct poll@29=w:Nov_3@21=prune@31=ct w:Nov_4 w:Nov_5 "
           "poll@26=ct",
           "w:Nov_1 poll ct ct ct t:N poll w:ov_2 ct ct ct w:Nov_33 ct ct ct poll",
       }) {
    for (const bool from_beginning : {true, false}) {
      INFO(script << (from_beginning ? " from the beginning" : " from the end"));
      CHECK(CheckHistory(World::kCopied, from_beginning, ToHistory(script)) == "");
    }
  }
}

// A rotated file is compressed between the look that finds it and its opening; a part of a line is all that
// an archive holds.
TEST_CASE("model: numbered files that lost one another once") {
  for (const char* script : {
           "w:Nov_10000000000000000000000000000 copy poll:17@23=mv copy w:Nov_102 "
           "poll:1@15=wait:61@36=w:Nov_104@25=xz:3",
           "crash@7=mv@9=t:No poll@4=reopen mv w:Nov_100 reopen mv w:Nov_103 reopen poll@23=mv bz2:3 "
           "w:Nov_105 copy",
       }) {
    for (const bool from_beginning : {true, false}) {
      INFO(script << (from_beginning ? " from the beginning" : " from the end"));
      CHECK(CheckHistory(World::kNumbered, from_beginning, ToHistory(script)) == "");
    }
  }
}

TEST_CASE("model: a history played again") {
  const char* script = std::getenv("MTA_MODEL_SCRIPT");
  if (script == nullptr) return;
  const std::string name =
      std::getenv("MTA_MODEL_WORLD") != nullptr ? std::getenv("MTA_MODEL_WORLD") : "numbered";
  const World world = name == "dated"      ? World::kDated
                      : name == "copied"   ? World::kCopied
                      : name == "multilog" ? World::kMultilog
                                           : World::kNumbered;
  for (const bool from_beginning : {true, false}) {
    INFO(name << (from_beginning ? " from the beginning" : " from the end"));
    CHECK(CheckHistory(world, from_beginning, ToHistory(script)) == "");
  }
}

}  // namespace
}  // namespace mta
