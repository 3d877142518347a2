#include "exporter/journal/journal_reader.h"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "exporter/base/ascii.h"
#include "exporter/journal/journal_cursor.h"

namespace mta {
namespace {

constexpr uint64_t kOverheadBytes = 256;  // of a record, in the budget: none is for nothing

tl::unexpected<Error> Trouble(std::string_view what, int result) {
  return Fail(fmt::format("the journal: {}: {}", what, std::generic_category().message(-result)), -result);
}

// `postfix` is postfix.service, as for systemctl.
std::string UnitName(const std::string& unit) {
  constexpr std::array<std::string_view, 6> kKinds = {".service", ".scope", ".socket",
                                                      ".slice",   ".mount", ".timer"};
  const bool whole = std::ranges::any_of(kKinds, [&](std::string_view kind) { return unit.ends_with(kind); });
  return whole ? unit : unit + ".service";
}

// A record that has one of these fields is wanted.
std::vector<std::string> WantedFields(const JournalOptions& options) {
  std::vector<std::string> fields;
  for (const std::string& unit : options.units) fields.push_back("_SYSTEMD_UNIT=" + UnitName(unit));
  for (const std::string& identifier : options.identifiers)
    fields.push_back("SYSLOG_IDENTIFIER=" + identifier);
  if (fields.empty()) fields.push_back("SYSLOG_FACILITY=2");  // mail
  return fields;
}

Outcome Choose(sd_journal* journal, const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    int added = sd_journal_add_match(journal, field.data(), field.size());
    if (added >= 0) added = sd_journal_add_disjunction(journal);
    if (added < 0) return Trouble("cannot choose " + field, added);
  }
  return {};
}

Result<std::string> CursorOf(sd_journal* journal) {
  char* text = nullptr;
  const int got = sd_journal_get_cursor(journal, &text);
  if (got < 0) return Trouble("cannot tell where a record is", got);
  const std::unique_ptr<char, void (*)(void*)> owned(text, std::free);
  return std::string(text);
}

}  // namespace

// What is wanted of a record, copied: libsystemd keeps a field only until it is asked for the next one.
struct JournalReader::Fields {
  std::string message, identifier, syslog_pid, pid, host, source_time;

  // False: the record cannot be read.
  bool Read(sd_journal* journal) {
    const std::array<std::pair<std::string_view, std::string*>, 6> wanted = {
        {{"MESSAGE=", &message},
         {"SYSLOG_IDENTIFIER=", &identifier},
         {"SYSLOG_PID=", &syslog_pid},
         {"_PID=", &pid},
         {"_HOSTNAME=", &host},
         {"_SOURCE_REALTIME_TIMESTAMP=", &source_time}}};
    for (const auto& [name, value] : wanted) value->clear();
    const void* data = nullptr;
    size_t size = 0;
    int got = 0;
    sd_journal_restart_data(journal);
    while ((got = sd_journal_enumerate_available_data(journal, &data, &size)) > 0) {
      const std::string_view field(static_cast<const char*>(data), size);
      for (const auto& [name, value] : wanted) {
        // A field may stand more than once; the first is what the others take, too.
        if (field.starts_with(name) && value->empty()) value->assign(field.substr(name.size()));
      }
    }
    return got == 0;
  }
};

void JournalReader::Closer::operator()(sd_journal* journal) const {
  sd_journal_close(journal);
}

JournalReader::JournalReader(Handle chosen, Handle all, std::vector<std::string> wanted, std::string position)
    : chosen_(std::move(chosen)),
      all_(std::move(all)),
      wanted_(std::move(wanted)),
      position_(std::move(position)),
      fields_(std::make_unique<Fields>()) {}

JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::Open(const JournalOptions& options,
                                                           std::string position, bool from_beginning) {
  Result<Handle> chosen = OpenHandle(options);
  if (!chosen) return tl::unexpected(chosen.error());
  Result<Handle> all = OpenHandle(options);
  if (!all) return tl::unexpected(all.error());
  auto reader = std::unique_ptr<JournalReader>(
      new JournalReader(std::move(*chosen), std::move(*all), WantedFields(options), std::move(position)));
  if (const Outcome begun = reader->Begin(from_beginning); !begun) return tl::unexpected(begun.error());
  return reader;
}

Result<JournalReader::Handle> JournalReader::OpenHandle(const JournalOptions& options) {
  sd_journal* journal = nullptr;
  const int opened = options.directory.empty()
                         ? sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY)
                         : sd_journal_open_directory(&journal, options.directory.c_str(), 0);
  if (opened < 0) return Trouble("cannot open " + options.directory, opened);
  Handle handle(journal);
  // New and deleted files are noticed only by one who has asked for this.
  const int watch = sd_journal_get_fd(journal);
  if (watch < 0) return Trouble("cannot watch it", watch);
  sd_journal_set_data_threshold(journal, kMaxMessageBytes + 64);
  return handle;
}

Outcome JournalReader::Begin(bool from_beginning) {
  if (const Outcome chose = Choose(chosen_.get(), wanted_); !chose) return chose;
  if (!position_.empty()) {
    if (const Outcome found = FindGap(); !found) return found;
  } else if (!from_beginning) {
    Result<std::string> newest = NewestOfAll();
    if (!newest) return tl::unexpected(newest.error());
    position_ = std::move(*newest);
  }
  sought_ = !position_.empty();
  const int moved = sought_ ? sd_journal_seek_cursor(chosen_.get(), position_.c_str())
                            : sd_journal_seek_head(chosen_.get());
  if (moved < 0) return Trouble("cannot go to where reading ended", moved);
  return {};
}

// The cursor of the last record of all; empty where there is none.
Result<std::string> JournalReader::NewestOfAll() {
  if (const int looked = sd_journal_process(all_.get()); looked < 0)
    return Trouble("cannot be watched", looked);
  if (const int moved = sd_journal_seek_tail(all_.get()); moved < 0) return Trouble("has no end", moved);
  const int there = sd_journal_previous(all_.get());
  if (there < 0) return Trouble("cannot be read", there);
  if (there == 0) return std::string();
  return CursorOf(all_.get());
}

// Where the record at the position is gone, so is what lay before it; what lay behind it may be, too.
Outcome JournalReader::FindGap() {
  if (sd_journal_seek_cursor(all_.get(), position_.c_str()) < 0) {
    gap_ = JournalGap();
    position_.clear();
    return {};
  }
  const int there = sd_journal_next(all_.get());
  if (there < 0) return Trouble("cannot be read", there);
  if (there > 0 && sd_journal_test_cursor(all_.get(), position_.c_str()) > 0) return {};
  JournalGap gap;
  if (there > 0) {
    const Result<std::string> next = CursorOf(all_.get());
    if (!next) return tl::unexpected(next.error());
    gap.records = RecordsBetween(position_, *next);
  }
  if (gap.records != 0) gap_ = gap;
  return {};
}

Result<bool> JournalReader::Next() {
  int there = sd_journal_next(chosen_.get());
  if (there > 0 && sought_) {
    sought_ = false;
    if (sd_journal_test_cursor(chosen_.get(), position_.c_str()) > 0) there = sd_journal_next(chosen_.get());
  }
  if (there < 0) return Trouble("cannot be read", there);
  return there > 0;
}

// Files that are being deleted are let go in sd_journal_process(): until then what is in them can be read.
Result<JournalReader::Progress> JournalReader::Read(JournalSink& sink, uint64_t budget_bytes) {
  // Behind the last record that is wanted others come.  Who knows that these were there can tell later on
  // whether something in between is missing.
  Result<std::string> newest = NewestOfAll();
  if (!newest) return tl::unexpected(newest.error());
  Progress progress;
  bool behind = false;  // the position is, what was handed out
  for (uint64_t bytes = 0;;) {
    const Result<bool> next = Next();
    if (next && *next) {
      HandOut(sink, bytes) ? ++progress.records : ++progress.damaged;
      behind = true;
      progress.more = bytes >= budget_bytes;
      if (!progress.more) continue;
    }
    if (behind) {
      // Now: where the last record is cannot be asked any more once its file was let go.
      Result<std::string> last = CursorOf(chosen_.get());
      if (!last) return tl::unexpected(last.error());
      position_ = std::move(*last);
      behind = false;
    }
    if (!next) return tl::unexpected(next.error());
    if (progress.more) break;
    const int changed = sd_journal_process(chosen_.get());
    if (changed < 0) return Trouble("cannot be watched", changed);
    if (changed == SD_JOURNAL_NOP) break;
  }
  const bool quiet = progress.records + progress.damaged == 0;
  if (quiet && !newest->empty() && !NewestIsWanted()) position_ = std::move(*newest);
  return progress;
}

// journald writes a record first, and then where those find it who want some only: the last one of all may be
// wanted and not have been handed out yet.
bool JournalReader::NewestIsWanted() {
  const void* data = nullptr;
  size_t size = 0;
  int got = 0;
  sd_journal_restart_data(all_.get());
  while ((got = sd_journal_enumerate_available_data(all_.get(), &data, &size)) > 0) {
    const std::string_view field(static_cast<const char*>(data), size);
    if (std::ranges::count(wanted_, field) > 0) return true;
  }
  return got < 0;  // who knows
}

// False: it cannot be read.  The time is the writer's where the journal has it.
bool JournalReader::HandOut(JournalSink& sink, uint64_t& bytes) {
  bytes += kOverheadBytes;
  Fields& fields = *fields_;
  uint64_t time_us = 0;
  if (!fields.Read(chosen_.get()) || sd_journal_get_realtime_usec(chosen_.get(), &time_us) < 0) return false;
  if (const auto source_us = ParseUnsigned(fields.source_time)) time_us = *source_us;
  const uint64_t size = fields.message.size() + 1;
  bytes += size;
  if (fields.message.size() > kMaxMessageBytes) {
    sink.OversizedRecord(size);
    return true;
  }
  LogRecord record;
  record.envelope = Envelope::kSyslog;
  record.time_ns = static_cast<int64_t>(time_us * 1000);
  record.host = fields.host;
  record.tag = fields.identifier;
  record.pid = fields.syslog_pid.empty() ? fields.pid : fields.syslog_pid;
  record.message = record.line = fields.message;
  sink.Record(record, size);
  return true;
}

}  // namespace mta
