// WebConfigWatch: the web configuration as it is in force, and what has become of its files since.
//
// A file that is wrong leaves the old configuration in force and is one line in the log; so certificates are
// renewed by replacing the files.  Current() for any thread, the rest for one.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/base/result.h"
#include "exporter/front/tls.h"
#include "exporter/front/web_config.h"

namespace mta {

class WebConfigWatch {
 public:
  using Load = std::function<Result<WebConfig>()>;
  struct InForce {
    WebConfig config;
    TlsContext tls;  // null: plain HTTP
  };

  // Without a file: plain HTTP for everybody.
  static std::unique_ptr<WebConfigWatch> None(Env& env, Logger& logger);
  // Fails where the file, or one that it names, is wrong.
  static Result<std::unique_ptr<WebConfigWatch>> Make(std::string path, Load load, Env& env, Logger& logger);

  std::shared_ptr<const InForce> Current() const;
  // The web configuration file, certificates and keys: what must stay readable.
  std::vector<std::string> Files() const;
  // Looks whether a file has changed.  True: another configuration is in force.
  bool Look();

 private:
  WebConfigWatch(std::string path, Load load, Env& env, Logger& logger)
      : path_(std::move(path)), load_(std::move(load)), env_(env), logger_(logger) {}
  Outcome Read();
  std::string Fingerprint() const;

  const std::string path_;  // "": there is none
  const Load load_;
  Env& env_;
  Logger& logger_;
  std::string fingerprint_;  // of the files as last read
  mutable std::mutex mutex_;
  std::shared_ptr<const InForce> current_ = std::make_shared<const InForce>();
};

}  // namespace mta
