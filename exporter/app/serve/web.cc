#include "exporter/app/serve/web.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "exporter/app/config/load_web_config.h"

namespace mta {
namespace {

constexpr rlim_t kMostFiles = 65536;

// The flag or key that names the addresses.
std::string NamedBy(const ServeFlags& flags) {
  const bool by_flag = !flags.listen_addresses.empty() || flags.config_file.empty();
  return by_flag ? "--web.listen-address: " : flags.config_file + ": web.listen_addresses: ";
}

// Flags win over the file.
Result<std::vector<ListenAddress>> Addresses(const ServeFlags& flags, const EndpointConfig& endpoint) {
  if (flags.listen_addresses.empty()) return endpoint.listen_addresses;
  std::vector<ListenAddress> addresses;
  for (const std::string& text : flags.listen_addresses) {
    Result<ListenAddress> address = ParseListenAddress(text);
    if (!address) return Fail(NamedBy(flags) + address.error().message);
    addresses.push_back(*address);
  }
  return addresses;
}

// How many files may be open, once that is raised as far as the system lets us: the usual 1024 are meant for
// programs that use select().
uint64_t RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMostFiles;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, kMostFiles);
  if (wanted > limit.rlim_cur) {
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

Result<std::unique_ptr<WebConfigWatch>> ReadConfig(const std::string& path, Env& env, Logger& logger) {
  if (path.empty()) return WebConfigWatch::None(env, logger);
  return WebConfigWatch::Make(
      path, [path, &env] { return LoadWebConfig(env, path); }, env, logger);
}

}  // namespace

Result<std::unique_ptr<Web>> Web::Prepare(const ServeFlags& flags, const EndpointConfig& endpoint,
                                          std::vector<Listener> open, Env& env, Logger& logger) {
  Result<std::unique_ptr<WebConfigWatch>> config = ReadConfig(flags.web_config_file, env, logger);
  if (!config) return tl::unexpected(config.error());
  std::unique_ptr<Web> web(
      new Web(env, std::move(*config),
              flags.telemetry_path.empty() ? endpoint.telemetry_path : flags.telemetry_path));
  if (Outcome done = web->Open(flags, endpoint, std::move(open)); !done) return tl::unexpected(done.error());
  return web;
}

Outcome Web::Open(const ServeFlags& flags, const EndpointConfig& endpoint, std::vector<Listener> open) {
  const Result<std::vector<ListenAddress>> addresses = Addresses(flags, endpoint);
  if (!addresses) return tl::unexpected(addresses.error());
  Result<std::vector<Listener>> listeners =
      flags.systemd_socket ? SystemdListeners() : ListenOn(*addresses, std::move(open));
  if (!listeners) return Fail((flags.systemd_socket ? "" : NamedBy(flags)) + listeners.error().message);
  listeners_ = std::move(*listeners);
  const std::string scheme = config_->Current()->tls ? "https://" : "http://";
  for (const Listener& listener : listeners_) urls_.push_back(scheme + listener.name() + telemetry_path_);
  return {};
}

// Where one of ours listens is room: it closes when the program begins anew.
Outcome Web::CanListen(const ServeFlags& flags, const EndpointConfig& endpoint) const {
  if (flags.systemd_socket) return {};
  Result<std::vector<ListenAddress>> addresses = Addresses(flags, endpoint);
  if (!addresses) return tl::unexpected(addresses.error());
  std::erase_if(*addresses, [this](const ListenAddress& address) {
    return std::ranges::any_of(listeners_, [&](const Listener& listener) {
      return !CheckDistinct(std::array{listener.address(), address});
    });
  });
  if (addresses->empty()) return {};
  const Result<std::vector<Listener>> opened = ListenOn(*addresses);
  return opened ? Outcome() : Fail(NamedBy(flags) + opened.error().message);
}

Outcome Web::Serve(HttpRoutes routes) {
  HttpOptions options;
  options.secret = MakeSecret();
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Start(options, std::move(routes), env_);
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  BackendOptions backend{server_->port(), std::string(HttpServer::kSecretHeader) + ": " + options.secret};
  FrontOptions options_of_front;
  options_of_front.max_connections = std::min<size_t>(options_of_front.max_connections, RaiseFileLimit() / 2);
  Result<std::unique_ptr<Front>> front =
      Front::Start(listeners_, std::move(backend), options_of_front, *config_, env_);
  if (!front) return tl::unexpected(front.error());
  front_ = std::move(*front);
  return {};
}

void Web::Stop() {
  front_.reset();
  server_.reset();
}

}  // namespace mta
