#include "exporter/app/discovery/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "exporter/app/discovery/files.h"
#include "exporter/app/discovery/postfix.h"
#include "exporter/app/discovery/qmail.h"
#include "exporter/app/discovery/queues.h"
#include "exporter/app/discovery/rsyslog.h"
#include "exporter/app/discovery/rules.h"
#include "exporter/app/discovery/selector.h"
#include "exporter/app/discovery/syslog_ng.h"
#include "exporter/app/discovery/syslogd.h"
#include "exporter/journal/journal_files.h"

namespace mta {
namespace {

struct SyslogDaemon {
  const char* name;
  std::array<const char*, 2> configs;  // the first that is there
  std::array<const char*, 3> programs;
  SyslogRules (*read)(DiscoveryFiles&, const std::string&);
};

constexpr SyslogDaemon kDaemons[] = {
    {"rsyslogd",
     {"/etc/rsyslog.conf", "/usr/local/etc/rsyslog.conf"},
     {"/usr/sbin/rsyslogd", "/sbin/rsyslogd", "/usr/local/sbin/rsyslogd"},
     ReadRsyslog},
    {"syslog-ng",
     {"/etc/syslog-ng/syslog-ng.conf", "/usr/local/etc/syslog-ng.conf"},
     {"/usr/sbin/syslog-ng", "/sbin/syslog-ng", "/usr/local/sbin/syslog-ng"},
     ReadSyslogNg},
    {"syslogd",
     {"/etc/syslog.conf", nullptr},
     {"/usr/sbin/syslogd", "/sbin/syslogd", "/bin/busybox"},
     ReadSyslogd},
};

// Files that hold all mail lines where no configuration says so; mail.info and the like hold a part.
constexpr const char* kUsualPaths[] = {"/var/log/mail.log",     "/var/log/maillog",
                                       "/var/log/mail",         "/var/log/mail/mail.log",
                                       "/var/log/mail/maillog", "/var/log/mail/current"};

constexpr const char* kJournals[] = {"/var/log/journal", "/run/log/journal"};

std::string Join(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

class Finder {
 public:
  explicit Finder(const DiscoveryOptions& options)
      : files_(options.env, options.root),
        asks_mode_(options.reader.has_value()),
        reader_(options.reader.value_or(LogReader::ThisProcess())) {}

  Discovery Find() {
    FindQmail();
    FindPostfix();
    own_logs_ = found_.logs.size();
    promising_ = 0;
    if (!senders_.empty() && !FindBySyslogRules()) FindUsual();
    FindJournal();
    FindQueues();
    for (const auto& [path, error] : files_.refused()) Note(ExplainUnreadable(path, error, reader_));
    if (found_.logs.empty()) found_.nothing_found = ExplainNothing();
    return std::move(found_);
  }

 private:
  void FindQmail() {
    for (const std::string& directory : FindMultilogDirectories(files_))
      Add(directory, "multilog directory", "qmail");
    looked_at_.push_back("multilog directories (" + MultilogPlaces() + ")");
  }

  // The instances with a file of their own; who is left logs through syslog.
  void FindPostfix() {
    instances_ = FindPostfixInstances(files_);
    const std::vector<PostfixInstance>& instances = instances_;
    if (instances.empty()) looked_at_.emplace_back("maillog_file in main.cf (no Postfix found)");
    for (const PostfixInstance& instance : instances) {
      const std::string config = files_.Rooted(instance.config_file);
      if (instance.maillog_file.empty()) {
        looked_at_.push_back(config + " (maillog_file is not set)");
        AddSender({instance.syslog_name, instance.facility});
      } else if (!instance.maillog_file.starts_with('/') || instance.maillog_file.starts_with("/dev/")) {
        looked_at_.push_back(fmt::format("{} (maillog_file is {})", config, instance.maillog_file));
        Note(fmt::format(
            "{}: Postfix logs to {}, which cannot be followed: set maillog_file to a file under /var", config,
            instance.maillog_file));
      } else {
        Add(instance.maillog_file, "maillog_file in " + config);
      }
    }
    senders_.sendmail = files_.Exists("/etc/mail/sendmail.cf") || files_.Exists("/etc/sendmail.cf");
    senders_.qmail = HasQmail(files_) && found_.logs.empty();
    syslog_is_used_ = !senders_.empty();
    if (instances.empty() && senders_.empty() && found_.logs.empty()) {  // perhaps a log host, or a container
      senders_ = {.postfix = {{"postfix", kFacilityMail}}, .sendmail = true, .qmail = true};
    }
  }

  // A queue goes with the log of its MTA: it bears that source's name, and has none where no log was found.
  void FindQueues() {
    const std::string shared = own_logs_ < found_.logs.size() ? found_.logs[own_logs_].source_name
                               : found_.journal               ? found_.journal->source_name
                                                              : "";
    for (const PostfixInstance& instance : instances_) {
      const std::string own = OwnSource(instance);
      AddQueue("postfix", own.empty() ? shared : own, instance.queue_directory);
    }
    for (const std::string& directory : FindSendmailQueues(files_)) AddQueue("sendmail", shared, directory);
    const bool multilog = !found_.logs.empty() && found_.logs.front().mta == "qmail";
    for (const std::string& directory : FindQmailQueues(files_))
      AddQueue("qmail", multilog ? found_.logs.front().source_name : shared, directory);
  }

  std::string OwnSource(const PostfixInstance& instance) const {
    for (const FoundLog& log : found_.logs) {
      if (!instance.maillog_file.empty() && log.path == files_.Rooted(instance.maillog_file))
        return log.source_name;
    }
    return "";
  }

  void AddQueue(const std::string& mta, const std::string& source, const std::string& directory) {
    if (source.empty() || (!files_.IsDirectory(directory) && !files_.IsHidden(directory))) return;
    auto target = std::find_if(found_.queues.begin(), found_.queues.end(), [&](const QueueTarget& known) {
      return known.mta == mta && known.source == source;
    });
    if (target == found_.queues.end()) target = found_.queues.insert(target, {mta, source, {}});
    target->directories.push_back(files_.Rooted(directory));
  }

  void AddSender(SyslogSenders::Postfix sender) {
    if (std::find(senders_.postfix.begin(), senders_.postfix.end(), sender) == senders_.postfix.end())
      senders_.postfix.push_back(std::move(sender));
  }

  // Only one syslog daemon runs; a second configuration is a left-over.  The one whose files were written
  // last.
  bool FindBySyslogRules() {
    const std::vector<SampleRecord> records = MakeSampleRecords(senders_);
    const SyslogDaemon* best = nullptr;
    std::vector<FileContent> best_files;
    int64_t best_modified = 0;
    for (const SyslogDaemon& daemon : kDaemons) {
      std::vector<FileContent> files = FilesOf(daemon, records);
      if (files.empty()) continue;
      const int64_t modified = LastModified(files);
      if (best != nullptr && modified <= best_modified) continue;
      best = &daemon;
      best_files = std::move(files);
      best_modified = modified;
    }
    for (const FileContent& file : best_files) Add(file.path, file.why, "auto", best);
    return best != nullptr;
  }

  std::vector<FileContent> FilesOf(const SyslogDaemon& daemon, const std::vector<SampleRecord>& records) {
    for (const char* config : daemon.configs) {
      if (config == nullptr || !files_.Exists(config)) continue;
      auto files = TakeWithoutOverlap(PlayRecords(daemon.read(files_, config), records), records);
      if (files.empty())
        looked_at_.push_back(files_.Rooted(config) + " (no rule that puts mail into a file)");
      return files;
    }
    looked_at_.push_back(fmt::format("{} (not there)", files_.Rooted(daemon.configs.front())));
    return {};
  }

  int64_t LastModified(const std::vector<FileContent>& files) const {
    int64_t last = std::numeric_limits<int64_t>::min();
    for (const FileContent& file : files) last = std::max(last, files_.ModifiedNs(file.path));
    return last;
  }

  // One only, as nobody says that two of them are not copies: the one that was written last.
  void FindUsual() {
    const char* last = nullptr;
    for (const char* path : kUsualPaths) {
      if (!files_.Exists(path) || files_.IsDirectory(path)) continue;
      if (last == nullptr || files_.ModifiedNs(path) > files_.ModifiedNs(last)) last = path;
    }
    looked_at_.push_back(fmt::format("{}", fmt::join(kUsualPaths, ", ")));
    if (last != nullptr) Add(last, "usual path");
  }

  // Never beside a file that is there, or that a daemon will write: it would carry the same lines.
  void FindJournal() {
    if (!syslog_is_used_ || promising_ > 0) return;
    for (const char* place : kJournals) {
      JournalOptions options;
      options.directory = files_.Rooted(place);
      const JournalFiles files = FindJournalFiles(files_.env(), options);
      if (!files.exist) continue;
      found_.logs.resize(own_logs_);
      found_.journal = FoundLog{.path = options.directory,
                                .source_name = UniqueSourceName("journal", names_),
                                .why = "the journal, as no file gets the mail log",
                                .exists = true,
                                .readable = files.problem.empty(),
                                .problem = files.problem};
      return;
    }
  }

  void Add(const std::string& path, const std::string& why, const std::string& mta = "auto",
           const SyslogDaemon* writer = nullptr) {
    std::string identity = files_.Identity(path);
    if (std::find(identities_.begin(), identities_.end(), identity) != identities_.end()) return;
    identities_.push_back(std::move(identity));
    FoundLog log = {
        .path = files_.Rooted(path), .source_name = UniqueSourceName(path, names_), .mta = mta, .why = why};
    names_.push_back(log.source_name);
    log.exists = files_.Exists(path);
    log.readable = true;
    Probe(path, log);
    if (log.readable && files_.IsDirectory(path)) Probe(path + "/current", log);
    const bool is_there = log.exists || files_.IsHidden(path);
    if (!is_there) log.problem = ExplainMissing(log, writer);
    if (is_there || IsInstalled(writer)) ++promising_;
    found_.logs.push_back(std::move(log));
  }

  void Probe(const std::string& path, FoundLog& log) const {
    const std::string rooted = files_.Rooted(path);
    int error = files_.Probe(path);
    if (error == 0 && asks_mode_ && !ModeAllowsReading(rooted, reader_)) error = EACCES;
    if (error == 0) return;
    log.readable = false;
    log.problem = ExplainUnreadable(rooted, error, reader_);
  }

  bool IsInstalled(const SyslogDaemon* writer) const {
    return writer == nullptr || std::any_of(writer->programs.begin(), writer->programs.end(),
                                            [&](const char* program) { return files_.Exists(program); });
  }

  std::string ExplainMissing(const FoundLog& log, const SyslogDaemon* writer) const {
    std::string text =
        fmt::format("{}: does not exist yet ({}): it is followed once it appears", log.path, log.why);
    if (!IsInstalled(writer))
      text += fmt::format("; {} does not seem to be installed, without it nothing writes this file{}",
                          writer->name, JournalAdvice());
    return text;
  }

  std::string ExplainNothing() const {
    return fmt::format("no mail log found: looked at {}{}; or name the logs: mta_exporter serve LOG...",
                       Join(looked_at_), JournalAdvice());
  }

  // Where the journal may have the lines that no file has.
  std::string JournalAdvice() const {
    for (const char* journal : kJournals) {
      if (!files_.IsDirectory(journal)) continue;
      return fmt::format(
          "; the mail log may be in the journal ({}): serve follows it where an MTA is installed or a source "
          "says journal; for other commands, journalctl -o short-iso SYSLOG_FACILITY=2 | mta_exporter "
          "scan -; or install rsyslog, or have Postfix (3.4 or newer) write a file: postconf -e "
          "maillog_file=/var/log/postfix.log",
          files_.Rooted(journal));
    }
    return "";
  }

  void Note(std::string note) { found_.notes.push_back(std::move(note)); }

  DiscoveryFiles files_;
  const bool asks_mode_;
  const LogReader reader_;
  SyslogSenders senders_;
  std::vector<PostfixInstance> instances_;
  bool syslog_is_used_ = false;  // by an MTA that is installed
  size_t promising_ = 0;         // logs that are there, or will be
  size_t own_logs_ = 0;          // of qmail and Postfix instances; those behind have what goes through syslog
  Discovery found_;
  std::vector<std::string> identities_;
  std::vector<std::string> names_;
  std::vector<std::string> looked_at_;
};

std::string_view LastPart(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view Parent(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// The directory of a `current`, the service of a `log/main`.
std::string_view NamingPart(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/current") && LastPart(Parent(path)) != "") path = Parent(path);
  if (path.ends_with("/log/main")) path = Parent(Parent(path));
  return path;
}

}  // namespace

Discovery DiscoverLogs(const DiscoveryOptions& options) {
  return Finder(options).Find();
}

std::string DescribeFound(const Discovery& discovery) {
  if (discovery.logs.empty() && !discovery.journal) return discovery.nothing_found;
  std::vector<FoundLog> logs = discovery.logs;
  if (discovery.journal) logs.push_back(*discovery.journal);
  std::vector<std::string> parts;
  for (const FoundLog& log : logs)
    parts.push_back(fmt::format("{} ({}{})", log.path, log.why, log.exists ? "" : ", not there yet"));
  return Join(parts);
}

std::string SourceNameOf(std::string_view path) {
  std::string_view base = LastPart(NamingPart(path));
  const size_t dot = base.rfind('.');
  if (dot != std::string_view::npos && dot > 0) base = base.substr(0, dot);
  std::string name(base);
  std::erase_if(name, [](char c) { return c == '*' || c == '?' || c == '[' || c == ']'; });  // of a pattern
  return name.empty() ? "logs" : name;
}

std::string UniqueSourceName(std::string_view path, const std::vector<std::string>& taken) {
  const auto is_free = [&](const std::string& name) {
    return std::find(taken.begin(), taken.end(), name) == taken.end();
  };
  std::string name = SourceNameOf(path);
  if (is_free(name)) return name;
  const std::string_view directory = LastPart(Parent(NamingPart(path)));
  if (!directory.empty()) name = fmt::format("{}-{}", directory, name);
  for (int number = 2;; ++number) {
    if (is_free(name)) return name;
    const std::string numbered = fmt::format("{}-{}", name, number);
    if (is_free(numbered)) return numbered;
  }
}

}  // namespace mta
