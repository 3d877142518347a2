#include "exporter/app/config/source_reader.h"

#include <fmt/format.h>

#include "exporter/app/config/values.h"

namespace mta {
namespace {

constexpr size_t kMostWords = 10'000;  // in a list
constexpr std::string_view kOneInput = "one of log, journal, syslog, stdin";

std::vector<std::string> KnownMtas() {
  std::vector<std::string> names = {"auto"};
  for (const CollectorType* type : CollectorTypes()) names.emplace_back(type->mta);
  return names;
}

Result<unsigned> ParseMode(std::string_view text) {
  unsigned mode = 0;
  const bool octal = text.size() == 4 && text.front() == '0';
  for (const char c : text) {
    if (!octal || c < '0' || c > '7')
      return Fail(fmt::format("\"{}\" is no mode: write four octal digits, as 0660", text));
    mode = mode * 8 + static_cast<unsigned>(c - '0');
  }
  if (text.empty()) return Fail("is no mode: write four octal digits, as 0660");
  return mode;
}

Result<uint64_t> ParseConnections(std::string_view text) {
  Result<uint64_t> count = ParseCount(text);
  if (count && (*count < 1 || *count > 10'000)) return Fail("must be from 1 to 10000");
  return count;
}

Result<uint64_t> ParseBuffer(std::string_view text) {
  Result<uint64_t> size = ParseSizeBytes(text);
  if (size && (*size < 64 << 10 || *size > 1 << 30)) return Fail("must be from 64KiB to 1GiB");
  return size;
}

// Whole seconds: the difference of TAI to UTC, as the logger knows it.
Result<int64_t> ParseTaiOffset(std::string_view text) {
  const Result<int64_t> offset = ParseDurationNs(text);
  if (!offset) return offset;
  if (*offset % 1'000'000'000 != 0 || *offset > 100'000'000'000)
    return Fail("must be whole seconds up to 100s: 10s for multilog, 37s for s6-log");
  return *offset / 1'000'000'000;
}

// The journal finds units by their whole names only: a pattern would match nothing, without a word.
Result<std::string> ParseUnit(std::string_view text) {
  if (text.find_first_of("*?[") != text.npos)
    return Fail(fmt::format("\"{}\" is a pattern: name each unit, as in postfix@-.service", text));
  return ParseText(text);
}

Result<std::string> ParsePattern(std::string_view text) {
  return ParseAbsolutePath(text);
}

// Reads the keys that only some kinds of input have; one beside another kind is rejected.
class SourceReader {
 public:
  explicit SourceReader(const YamlValue& entry)
      : table_(entry), read_{.source = {}, .at = entry, .name = entry, .input = entry} {}

  PlacedSource Read() {
    ReadName();
    if (const auto mta = table_.Find("mta")) mta->ReadWord(read_.source.mta, KnownMtas());
    ReadInput();
    ReadSelection();
    if (const auto offset = table_.Find("tai_offset")) {
      if (offset->Read(read_.source.tai_offset_seconds, ParseTaiOffset) && !IsFileOrPipe())
        offset->Reject("is for log and stdin only: other inputs have stamps of their own");
    }
    ReadQueue();
    table_.Close();
    return std::move(read_);
  }

 private:
  void ReadName() {
    const auto name = table_.Find("name");
    if (!name) return;
    read_.name = *name;
    name->Read(read_.source.name, ParseLabel);
  }

  void ReadInput() {
    const auto log = table_.Find("log");
    const auto journal = table_.Find("journal");
    const auto syslog = table_.Find("syslog");
    const auto standard_input = table_.Find("stdin");
    for (const auto* value : {&log, &journal, &syslog, &standard_input}) {
      if (!*value) continue;
      if (read_.has_input)
        (*value)->Reject(fmt::format("a source has {}: make it a source of its own", kOneInput));
      if (!read_.has_input) read_.input = **value;
      read_.has_input = true;
    }
    if (!read_.has_input && read_.at.IsTable())
      read_.at.Reject(fmt::format("has no input: it needs {}", kOneInput));
    if (log) {
      ReadLog(*log);
    } else if (journal) {
      ReadJournal(*journal);
    } else if (syslog) {
      ReadSyslog(*syslog);
    } else if (standard_input) {
      ReadStandardInput(*standard_input);
    }
    ReadFrom();
    ReadFormat();
  }

  void ReadLog(const YamlValue& value) {
    FileInput input;
    value.Read(input.log, ParsePattern);
    read_.source.input = input;
  }

  void ReadJournal(const YamlValue& value) {
    JournalInput input;
    YamlTable table(value);
    if (const auto units = table.Find("units"))
      units->ReadListOf(input.journal.units, ParseUnit, kMostWords, true);
    if (const auto identifiers = table.Find("identifiers"))
      identifiers->ReadListOf(input.journal.identifiers, ParseText, kMostWords, true);
    table.Read("directory", input.journal.directory, ParseAbsolutePath);
    table.Close();
    read_.source.input = input;
  }

  void ReadSyslog(const YamlValue& value) {
    SyslogInput input;
    ListenerOptions& options = input.listener;
    YamlTable table(value);
    const auto listen = table.Find("listen");
    if (!listen && value.IsTable())
      value.Reject("needs listen: where to listen, as {listen: \"udp://127.0.0.1:5514\"}");
    const bool good = listen && listen->Read(options.address, ParseSyslogAddress);
    const SyslogTransport transport = options.address.transport;
    if (const auto most = table.Find("max_connections")) {
      const bool connected = transport == SyslogTransport::kTcp || transport == SyslogTransport::kUnixStream;
      if (most->Read(options.max_connections, ParseConnections) && good && !connected)
        most->Reject("is for tcp:// and unix-stream:// only: datagrams have no connections");
    }
    if (const auto buffer = table.Find("receive_buffer")) {
      if (buffer->Read(options.receive_buffer_bytes, ParseBuffer) && good &&
          transport != SyslogTransport::kUdp)
        buffer->Reject("is for udp:// only: the others wait and lose nothing");
    }
    if (const auto mode = table.Find("mode")) {
      if (mode->Read(options.socket_mode, ParseMode) && good && !options.address.is_unix())
        mode->Reject("is for unix:// and unix-stream:// only");
    }
    table.Close();
    read_.source.input = input;
  }

  void ReadStandardInput(const YamlValue& value) {
    bool on = false;
    if (value.Read(on, ParseBool) && !on) value.Reject("must be true: remove the key where it is not meant");
    read_.source.input = StandardInput();
  }

  void ReadFrom() {
    const auto from = table_.Find("from");
    std::string word;
    if (!from || !from->ReadWord(word, {"end", "beginning"})) return;
    const bool beginning = word == "beginning";
    if (auto* file = std::get_if<FileInput>(&read_.source.input); file && read_.has_input) {
      file->from_beginning = beginning;
    } else if (auto* journal = std::get_if<JournalInput>(&read_.source.input)) {
      journal->from_beginning = beginning;
    } else {
      from->Reject("is for log and journal only: the others have no past");
    }
  }

  void ReadFormat() {
    const auto format = table_.Find("format");
    std::string word;
    if (!format || !format->ReadWord(word, {"auto", "cri", "docker"})) return;
    const ContainerFormat chosen = word == "cri"      ? ContainerFormat::kCri
                                   : word == "docker" ? ContainerFormat::kDocker
                                                      : ContainerFormat::kAuto;
    if (auto* file = std::get_if<FileInput>(&read_.source.input); file && read_.has_input) {
      file->format = chosen;
    } else if (auto* standard_input = std::get_if<StandardInput>(&read_.source.input)) {
      standard_input->format = chosen;
    } else {
      format->Reject("is for log and stdin only: it says what a container's runtime puts around a line");
    }
  }

  void ReadSelection() {
    if (const auto names = table_.Find("syslog_names")) {
      const bool good = names->ReadListOf(read_.source.syslog_names, ParseText, kMostWords);
      if (good && read_.source.mta != "auto" && read_.source.mta != "postfix")
        names->Reject(fmt::format("are names of Postfix instances: {} has none", read_.source.mta));
    }
    if (const auto hosts = table_.Find("hosts")) hosts->ReadListOf(read_.source.hosts, ParseText, kMostWords);
  }

  void ReadQueue() {
    const auto queue = table_.Find("queue");
    std::string path;
    if (!queue || !queue->Read(path, ParseAbsolutePath)) return;
    read_.source.queue = path;
    if (read_.source.mta == "auto") queue->Reject("needs mta beside it: whose queue it is");
  }

  bool IsFileOrPipe() const {
    return std::holds_alternative<FileInput>(read_.source.input) ||
           std::holds_alternative<StandardInput>(read_.source.input);
  }

  YamlTable table_;
  PlacedSource read_;
};

}  // namespace

PlacedSource ReadSource(const YamlValue& entry) {
  return SourceReader(entry).Read();
}

}  // namespace mta
