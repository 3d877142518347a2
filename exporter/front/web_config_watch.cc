#include "exporter/front/web_config_watch.h"

#include <fmt/core.h>

namespace mta {

std::unique_ptr<WebConfigWatch> WebConfigWatch::None(Env& env, Logger& logger) {
  return std::unique_ptr<WebConfigWatch>(new WebConfigWatch("", nullptr, env, logger));
}

Result<std::unique_ptr<WebConfigWatch>> WebConfigWatch::Make(std::string path, Load load, Env& env,
                                                             Logger& logger) {
  std::unique_ptr<WebConfigWatch> watch(new WebConfigWatch(std::move(path), std::move(load), env, logger));
  if (Outcome read = watch->Read(); !read) return tl::unexpected(read.error());
  watch->fingerprint_ = watch->Fingerprint();
  return watch;
}

std::shared_ptr<const WebConfigWatch::InForce> WebConfigWatch::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<std::string> WebConfigWatch::Files() const {
  if (path_.empty()) return {};
  std::vector<std::string> files = {path_};
  if (const auto& tls = Current()->config.tls) {
    for (const std::string& file : {tls->cert_file, tls->key_file, tls->client_ca_file}) {
      if (!file.empty()) files.push_back(file);
    }
  }
  return files;
}

std::string WebConfigWatch::Fingerprint() const {
  std::string all;
  for (const std::string& file : Files()) {
    const Result<FileStatus> status = env_.Status(file);
    all += status ? fmt::format("{} {} {} {}\n", status->device, status->inode, status->size_bytes,
                                status->mtime_ns)
                  : status.error().message + "\n";
  }
  return all;
}

Outcome WebConfigWatch::Read() {
  Result<WebConfig> config = load_();
  if (!config) return tl::unexpected(config.error());
  auto next = std::make_shared<InForce>();
  if (config->tls) {
    Result<TlsContext> tls = MakeTlsContext(*config->tls);
    if (!tls) return Fail(path_ + ": tls_server_config: " + tls.error().message);
    next->tls = std::move(*tls);
  }
  next->config = std::move(*config);
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
  return {};
}

bool WebConfigWatch::Look() {
  if (path_.empty()) return false;
  std::string now = Fingerprint();
  if (now == fingerprint_) return false;
  const Outcome read = Read();
  fingerprint_ = read ? Fingerprint() : now;  // it may name other files now
  if (read) {
    logger_.Info("the web configuration was read again", {{"file", path_}});
  } else {
    logger_.Error("the web configuration is wrong, the one before stays in force: " + read.error().message,
                  {{"file", path_}});
  }
  return read.has_value();
}

}  // namespace mta
