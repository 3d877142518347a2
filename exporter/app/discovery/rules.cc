#include "exporter/app/discovery/rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "exporter/app/discovery/selector.h"

namespace mta {
namespace {

constexpr int kMaxCallDepth = 8;
constexpr int kMaxSteps = 1 << 15;  // of one record: rulesets that call each other multiply

void AddProgram(std::vector<SampleRecord>& records, const std::string& tag, int facility) {
  for (int severity = 0; severity < kSeverities; ++severity)
    records.push_back({tag, tag.substr(0, tag.find('/')), facility, severity});
}

void AddOthers(std::vector<SampleRecord>& records) {
  constexpr std::array<std::pair<const char*, int>, 5> kOthers = {{{"kernel", kFacilityKern},
                                                                   {"systemd", kFacilityDaemon},
                                                                   {"sshd", kFacilityAuth},
                                                                   {"CRON", kFacilityCron},
                                                                   {"root", kFacilityUser}}};
  for (const auto& [program, facility] : kOthers) {
    for (int severity : {kSeverityErr, kSeverityInfo})
      records.push_back({program, program, facility, severity, false});
  }
}

// One record on its way through the rules.
class Player {
 public:
  Player(const SyslogRules& rules, std::vector<FileContent>& files, size_t mail_records)
      : rules_(rules), files_(files), mail_records_(mail_records) {}

  void Play(const SampleRecord& record, size_t index) {
    record_ = &record;
    index_ = index;
    steps_ = 0;
    Run(rules_.main, 0);
  }

 private:
  // False where the record ends here.
  bool Run(const Block& block, int depth) {
    for (const Statement& statement : block) {
      if (!Step(statement, depth)) return false;
    }
    return true;
  }

  bool Step(const Statement& statement, int depth) {
    if (++steps_ > kMaxSteps) return false;
    switch (statement.kind) {
      case Statement::Kind::kStop:
        return false;
      case Statement::Kind::kFile:
        Deliver(statement);
        return true;
      case Statement::Kind::kCall: {
        const auto ruleset = rules_.rulesets.find(statement.text);
        if (ruleset == rules_.rulesets.end() || depth >= kMaxCallDepth) return true;
        return Run(ruleset->second, depth + 1);
      }
      case Statement::Kind::kIf:
        break;
    }
    const Truth truth = statement.condition(*record_);
    // What may be is passed by: a file behind it is not sure to carry the line, and behind a stop most lines
    // go on.
    if (truth == Truth::kMaybe) return true;
    return Run(truth == Truth::kYes ? statement.then_block : statement.else_block, depth);
  }

  void Deliver(const Statement& statement) {
    auto file = std::find_if(files_.begin(), files_.end(),
                             [&](const FileContent& known) { return known.path == statement.text; });
    if (file == files_.end())
      file = files_.insert(files_.end(), {statement.text, statement.why, std::vector<bool>(mail_records_)});
    if (record_->is_mail) {
      file->carries[index_] = true;
    } else {
      file->dedicated = false;
    }
  }

  const SyslogRules& rules_;
  std::vector<FileContent>& files_;
  const size_t mail_records_;
  const SampleRecord* record_ = nullptr;
  size_t index_ = 0;
  int steps_ = 0;
};

bool CarriesMail(const FileContent& file) {
  return std::find(file.carries.begin(), file.carries.end(), true) != file.carries.end();
}

bool Overlap(const FileContent& a, const FileContent& b) {
  for (size_t i = 0; i < a.carries.size(); ++i) {
    if (a.carries[i] && b.carries[i]) return true;
  }
  return false;
}

}  // namespace

std::vector<SampleRecord> MakeSampleRecords(const SyslogSenders& senders) {
  std::vector<SampleRecord> records;
  for (const auto& postfix : senders.postfix) {
    for (const char* daemon : {"/smtpd", "/smtp", "/qmgr", "/cleanup"})
      AddProgram(records, postfix.name + daemon, postfix.facility);
  }
  if (senders.sendmail) {
    for (const char* tag : {"sendmail", "sm-mta", "sm-msp-queue"}) AddProgram(records, tag, kFacilityMail);
  }
  if (senders.qmail) AddProgram(records, "qmail", kFacilityMail);
  AddOthers(records);
  return records;
}

Truth Not(Truth a) {
  if (a == Truth::kMaybe) return a;
  return a == Truth::kYes ? Truth::kNo : Truth::kYes;
}

Truth And(Truth a, Truth b) {
  if (a == Truth::kNo || b == Truth::kNo) return Truth::kNo;
  return a == Truth::kYes && b == Truth::kYes ? Truth::kYes : Truth::kMaybe;
}

Truth Or(Truth a, Truth b) {
  return Not(And(Not(a), Not(b)));
}

Condition Always(Truth truth) {
  return [truth](const SampleRecord&) { return truth; };
}

Condition AllOf(Condition a, Condition b) {
  if (!a) return b ? std::move(b) : Always(Truth::kYes);
  if (!b) return a;
  return
      [a = std::move(a), b = std::move(b)](const SampleRecord& record) { return And(a(record), b(record)); };
}

std::vector<FileContent> PlayRecords(const SyslogRules& rules, std::vector<SampleRecord> records) {
  if (rules.slash_in_program) {
    for (SampleRecord& record : records) record.program = record.tag;
  }
  const auto mail = static_cast<size_t>(std::count_if(
      records.begin(), records.end(), [](const SampleRecord& record) { return record.is_mail; }));
  std::vector<FileContent> files;
  Player player(rules, files, mail);
  for (size_t i = 0; i < records.size(); ++i) player.Play(records[i], i);  // mail stands first
  std::erase_if(files, [](const FileContent& file) { return !CarriesMail(file); });
  return files;
}

std::vector<FileContent> TakeWithoutOverlap(std::vector<FileContent> files,
                                            const std::vector<SampleRecord>& records) {
  const auto rank = [&](const FileContent& file) {
    int counting = 0;
    int debug = 0;
    for (size_t i = 0; i < file.carries.size(); ++i)
      if (file.carries[i]) ++(records[i].severity == kSeverityDebug ? debug : counting);
    return std::tuple(-counting, !file.dedicated, -debug);
  };
  std::stable_sort(files.begin(), files.end(),
                   [&](const FileContent& a, const FileContent& b) { return rank(a) < rank(b); });
  std::vector<FileContent> taken;
  for (FileContent& file : files) {
    const bool fresh = std::none_of(taken.begin(), taken.end(),
                                    [&](const FileContent& other) { return Overlap(file, other); });
    if (fresh) taken.push_back(std::move(file));
  }
  return taken;
}

}  // namespace mta
