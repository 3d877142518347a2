// Site: what the exporter answers over HTTP.
//
//   /            a page for people        /-/healthy  200 as long as the process answers
//   /metrics     the exposition           /-/ready    200 once SetReady(true), 503 before
//   /-/reload    POST, where there is something to reload
//   /api/v1/status  what the page shows, as JSON
//
// Its handlers may run on any threads.  The site must outlive the server that uses its routes.
#pragma once

#include <prometheus/collectable.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/version.h"
#include "exporter/web/family_writer.h"
#include "exporter/web/http_server.h"
#include "exporter/web/landing_page.h"
#include "exporter/web/process_metrics.h"
#include "exporter/web/status.h"

namespace mta {

struct SiteOptions {
  std::string telemetry_path = "/metrics";  // "/" leaves no place for the page
  std::string version = ProgramVersion();
  std::string revision = SourceRevision();
  // Exposed besides the published view; asked by HTTP threads, one at a time.  They must outlive the site.
  std::vector<const prometheus::Collectable*> more = {};
  // What is wrong with the exporter as a whole, for the page: in words for a person; asked by HTTP threads.
  std::function<std::vector<std::string>()> warnings = [] { return std::vector<std::string>(); };
  // What /-/reload does, on an HTTP thread; the error is what the client reads.
  std::function<Outcome()> reload = nullptr;
};

class Site {
 public:
  Site(SiteOptions options, const Publisher& publisher, Env& env);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  HttpRoutes Routes() const;
  void SetReady(bool ready) { ready_ = ready; }

 private:
  HttpResponse Metrics(std::string_view accept, std::string_view accept_encoding) const;
  std::string Expose(TextFormat format) const;
  HttpResponse Ready() const;
  HttpResponse Reload() const;
  Publication Shown() const;
  PageHead HeadNow() const;
  HttpResponse Page() const;
  HttpResponse Status() const;

  const SiteOptions options_;
  const Publisher& publisher_;
  Env& env_;
  const ProcessMetrics process_;
  std::atomic<bool> ready_ = false;
  mutable std::mutex exposing_;
  mutable double scrape_seconds_ = 0;  // what the last exposition took to make; under exposing_
};

}  // namespace mta
