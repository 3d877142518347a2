// Web: the front and the server behind it, as the flags want them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/serve/serve_flags.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/base/result.h"
#include "exporter/front/front.h"
#include "exporter/front/listener.h"
#include "exporter/front/web_config_watch.h"
#include "exporter/web/http_server.h"

namespace mta {

class Web {
 public:
  // Reads the web configuration and opens the sockets, unless they are among those that are `open`; nothing
  // is answered yet.  What the flags leave open `endpoint` says.  `env` and `logger` must outlive it.
  static Result<std::unique_ptr<Web>> Prepare(const ServeFlags& flags, const EndpointConfig& endpoint,
                                              std::vector<Listener> open, Env& env, Logger& logger);

  // Whether a program that starts now in place of this one could open what it wants.
  Outcome CanListen(const ServeFlags& flags, const EndpointConfig& endpoint) const;

  // Answers from here on until Stop(), which what the routes use must outlive.  The sockets stay open.
  Outcome Serve(HttpRoutes routes);
  void Stop();

  const std::string& telemetry_path() const { return telemetry_path_; }
  const std::vector<std::string>& urls() const { return urls_; }  // of the metrics
  const std::vector<Listener>& listeners() const { return listeners_; }
  const WebConfigWatch& config() const { return *config_; }

 private:
  Web(Env& env, std::unique_ptr<WebConfigWatch> config, std::string telemetry_path)
      : env_(env), config_(std::move(config)), telemetry_path_(std::move(telemetry_path)) {}
  Outcome Open(const ServeFlags& flags, const EndpointConfig& endpoint, std::vector<Listener> open);

  Env& env_;
  const std::unique_ptr<WebConfigWatch> config_;
  const std::string telemetry_path_;
  std::vector<Listener> listeners_;
  std::vector<std::string> urls_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Front> front_;  // ends first: its connections hold the server's threads
};

}  // namespace mta
