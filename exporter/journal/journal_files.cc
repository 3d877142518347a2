#include "exporter/journal/journal_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "exporter/base/access.h"

namespace mta {
namespace {

class Finder {
 public:
  explicit Finder(Env& env) : env_(env) {}

  // Files lie in the folder, or one below it that is called after the machine's id.
  void Look(const std::string& directory, bool below) {
    const auto names = env_.List(directory);
    if (!names) {
      if (names.error().system_code == ENOENT || names.error().system_code == ENOTDIR) return;
      found_.exist = true;  // most likely: nobody else has folders there
      return Refuse(directory, names.error());
    }
    for (const std::string& name : *names) {
      const std::string path = directory + "/" + name;
      if (name.ends_with(".journal")) {
        LookAtFile(directory, name);
      } else if (below && name.find('.') == name.npos) {
        Look(path, false);
      }
    }
  }

  JournalFiles Result(const JournalOptions& options) {
    const bool any = !found_.directories.empty();
    if (system_refused_ || !any) found_.problem = refused_;
    if (!any && refused_.empty())
      found_.problem = fmt::format("no journal files in {}", fmt::join(JournalPlaces(options), " or "));
    return std::move(found_);
  }

 private:
  void LookAtFile(const std::string& directory, const std::string& name) {
    found_.exist = true;
    const auto opened = env_.OpenRegular(directory + "/" + name);
    if (opened) {
      if (std::ranges::count(found_.directories, directory) == 0) found_.directories.push_back(directory);
    } else if (opened.error().system_code != ENOENT) {  // rotated away just now
      Refuse(directory + "/" + name, opened.error());
      system_refused_ = system_refused_ || name == "system.journal";
    }
  }

  void Refuse(const std::string& path, const Error& error) {
    if (refused_.empty() || path.ends_with("/system.journal"))
      refused_ = ExplainUnreadable(path, error.system_code);
  }

  Env& env_;
  JournalFiles found_;
  std::string refused_;
  bool system_refused_ = false;  // what the services write
};

}  // namespace

std::vector<std::string> JournalPlaces(const JournalOptions& options) {
  if (!options.directory.empty()) return {options.directory};
  return {"/var/log/journal", "/run/log/journal"};
}

JournalFiles FindJournalFiles(Env& env, const JournalOptions& options) {
  Finder finder(env);
  for (const std::string& place : JournalPlaces(options)) finder.Look(place, true);
  return finder.Result(options);
}

}  // namespace mta
