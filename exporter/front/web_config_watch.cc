#include "exporter/front/web_config_watch.h"

#include <fmt/core.h>

#include <algorithm>

namespace mta {
namespace {

std::vector<std::string> FilesOf(const WebConfig& config) {
  std::vector<std::string> files;
  if (!config.tls) return files;
  for (const std::string& file : {config.tls->cert_file, config.tls->key_file, config.tls->client_ca_file}) {
    if (!file.empty()) files.push_back(file);
  }
  return files;
}

}  // namespace

std::unique_ptr<WebConfigWatch> WebConfigWatch::None(Env& env, Logger& logger) {
  return std::unique_ptr<WebConfigWatch>(new WebConfigWatch("", nullptr, env, logger));
}

Result<std::unique_ptr<WebConfigWatch>> WebConfigWatch::Make(std::string path, Load load, Env& env,
                                                             Logger& logger) {
  std::unique_ptr<WebConfigWatch> watch(new WebConfigWatch(std::move(path), std::move(load), env, logger));
  Result<InForce> read = watch->Read(watch->stamps_);
  if (!read) return tl::unexpected(read.error());
  watch->current_ = std::make_shared<const InForce>(std::move(*read));
  return watch;
}

std::shared_ptr<const WebConfigWatch::InForce> WebConfigWatch::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::string WebConfigWatch::Problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

std::vector<std::string> WebConfigWatch::Files() const {
  if (path_.empty()) return {};
  const Result<WebConfig> now = load_();
  std::vector<std::string> files = FilesOf(now ? *now : Current()->config);
  files.push_back(path_);
  return files;
}

std::string WebConfigWatch::StampOf(const std::string& file) const {
  const Result<FileStatus> status = env_.Status(file);
  if (!status) return status.error().message;
  return fmt::format("{} {} {} {}", status->device, status->inode, status->size_bytes, status->mtime_ns);
}

// A file's stamp is taken before it is read: what replaces it meanwhile is seen by the next look.
Result<WebConfigWatch::InForce> WebConfigWatch::Read(Stamps& stamps) const {
  stamps = {{path_, StampOf(path_)}};
  Result<WebConfig> config = load_();
  if (!config) return tl::unexpected(config.error());
  for (const std::string& file : FilesOf(*config)) stamps[file] = StampOf(file);
  TlsContext tls;
  if (config->tls) {
    Result<TlsContext> made = MakeTlsContext(*config->tls);
    if (!made) return Fail(path_ + ": " + made.error().message);
    tls = std::move(*made);
  }
  return InForce{std::move(*config), std::move(tls), 1e-9 * static_cast<double>(env_.NowNs())};
}

Outcome WebConfigWatch::Check() const {
  if (path_.empty()) return {};
  Stamps unused;
  const Result<InForce> read = Read(unused);
  return read ? Outcome() : tl::unexpected(read.error());
}

bool WebConfigWatch::Look() {
  const auto is_same = [this](const auto& known) { return StampOf(known.first) == known.second; };
  if (std::ranges::all_of(stamps_, is_same)) return false;
  Result<InForce> read = Read(stamps_);
  if (read) {
    logger_.Info("the web configuration was read again", {{"file", path_}});
  } else {
    logger_.Error("the web configuration is wrong, the one before stays in force: " + read.error().message,
                  {{"file", path_}});
  }
  const std::lock_guard lock(mutex_);
  problem_ = read ? "" : read.error().message;
  if (read) current_ = std::make_shared<const InForce>(std::move(*read));
  return read.has_value();
}

}  // namespace mta
