// WebConfigWatch: the web configuration as it is in force, and what has become of its files since.
//
// A file that is wrong leaves the old configuration in force and is one line in the log; so certificates are
// renewed by replacing the files.  Look() from one thread, the rest from any.
#pragma once

#include <functional>
#include <map>
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
    WebConfig config = {};
    TlsContext tls = {};      // null: plain HTTP
    double read_seconds = 0;  // when, since 1970
  };

  // Without a file: plain HTTP for everybody.
  static std::unique_ptr<WebConfigWatch> None(Env& env, Logger& logger);
  // Fails where the file, or one that it names, is wrong.
  static Result<std::unique_ptr<WebConfigWatch>> Make(std::string path, Load load, Env& env, Logger& logger);

  std::shared_ptr<const InForce> Current() const;
  // What is wrong with the files as they were last seen; empty: what they say is in force.
  std::string Problem() const;
  // The web configuration file, and the certificates and keys that it names now: what must stay readable.
  std::vector<std::string> Files() const;
  // Whether a program that starts now can use the files.
  Outcome Check() const;
  // Looks whether a file has changed.  True: another configuration is in force.
  bool Look();

 private:
  // Of each file, by name: what tells whether it has changed.
  using Stamps = std::map<std::string, std::string>;

  WebConfigWatch(std::string path, Load load, Env& env, Logger& logger)
      : path_(std::move(path)), load_(std::move(load)), env_(env), logger_(logger) {}
  Result<InForce> Read(Stamps& stamps) const;
  std::string StampOf(const std::string& file) const;

  const std::string path_;  // "": there is none
  const Load load_;
  Env& env_;
  Logger& logger_;
  Stamps stamps_;  // from before the files were read last
  mutable std::mutex mutex_;
  std::string problem_;
  std::shared_ptr<const InForce> current_ = std::make_shared<const InForce>();
};

}  // namespace mta
