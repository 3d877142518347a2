#include "exporter/app/serve/source_maker.h"

#include <fmt/format.h>

#include "exporter/app/config/describe.h"
#include "exporter/app/config/log_source_options.h"
#include "exporter/app/serve/followed_source.h"
#include "exporter/app/serve/journal_source.h"
#include "exporter/app/serve/pipe_source.h"

namespace mta {
namespace {

std::string Text(const ListenerOptions& options) {
  return fmt::format("{} {} {} {:o}", options.address.text(), options.max_connections,
                     options.receive_buffer_bytes, options.socket_mode);
}

}  // namespace

Result<std::unique_ptr<Source>> SourceMaker::Make(const SourceConfig& source, const Config& config) {
  LogSourceOptions options = OptionsOf(source, config);
  logger_.Info("following " + DescribeSource(source));
  if (const auto* file = std::get_if<FileInput>(&source.input)) {
    FollowerOptions follower;
    follower.log = file->log;
    follower.from_beginning = file->from_beginning;
    return FollowedSource::Make(store_, env_, logger_, {std::move(options), follower});
  }
  Result<std::unique_ptr<LogSource>> log = LogSource::Make(store_, std::move(options));
  if (!log) return tl::unexpected(log.error());
  if (const auto* journal = std::get_if<JournalInput>(&source.input)) {
    return std::make_unique<JournalSource>(
        store_, env_, logger_, std::move(*log),
        JournalSourceOptions{source.mta, journal->journal, journal->from_beginning});
  }
  if (const auto* syslog = std::get_if<SyslogInput>(&source.input)) {
    Result<std::shared_ptr<SharedListener>> listener = ListenerOf(syslog->listener);
    if (!listener) return Fail(source.name + ": " + listener.error().message);
    return std::make_unique<ListenerSource>(store_, std::move(*log), source.mta, std::move(*listener));
  }
  Result<std::unique_ptr<File>> input = env_.OpenStandardInput();
  if (!input) return tl::unexpected(input.error());
  return std::make_unique<PipeSource>(env_, logger_, std::move(*log), source.mta, std::move(*input));
}

std::vector<std::shared_ptr<SharedListener>> SourceMaker::Hold(
    const std::vector<SourceConfig>& sources) const {
  std::vector<std::shared_ptr<SharedListener>> held;
  for (const SourceConfig& source : sources) {
    const auto* syslog = std::get_if<SyslogInput>(&source.input);
    if (syslog == nullptr) continue;
    const auto known = listeners_.find(syslog->listener.address.text());
    const auto open = known == listeners_.end() ? nullptr : known->second.lock();
    if (open && open->listener().options() == syslog->listener) held.push_back(open);
  }
  return held;
}

void SourceMaker::HandOver(Handover& next) const {
  for (const auto& [_, known] : listeners_) {
    const auto open = known.lock();
    if (!open) continue;
    const ListenerOptions& options = open->listener().options();
    ByteWriter out;
    out.PutBytes(Text(options));
    std::vector<int> descriptors = open->listener().HandOver(out);
    next.Put(options.address.text(), {std::move(descriptors), out.Take()});
  }
}

Result<std::unique_ptr<SyslogListener>> SourceMaker::Listen(const ListenerOptions& options) {
  if (const std::optional<Handover::Part> left = left_.Take(options.address.text())) {
    ByteReader in(left->bytes);
    if (in.GetBytes() == Text(options)) return SyslogListener::Resume(options, wake_, in);
    Handover::Close(*left);  // it would be in the way
  }
  return SyslogListener::Start(options, wake_);
}

Result<std::shared_ptr<SharedListener>> SourceMaker::ListenerOf(const ListenerOptions& options) {
  const std::string address = options.address.text();
  const bool any_port = !options.address.is_unix() && options.address.port == 0;
  if (auto open = listeners_[address].lock(); open && !any_port) return open;
  Result<std::unique_ptr<SyslogListener>> listener = Listen(options);
  if (!listener) return tl::unexpected(listener.error());
  logger_.Info("listening for syslog", {{"address", (*listener)->address().text()}});
  auto shared = std::make_shared<SharedListener>(env_, std::move(*listener));
  listeners_[address] = shared;
  return shared;
}

}  // namespace mta
