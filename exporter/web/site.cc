#include "exporter/web/site.h"

#include <fmt/core.h>

#include <string_view>

#include "exporter/web/exposition.h"
#include "exporter/web/gzip.h"
#include "exporter/web/landing_page.h"
#include "exporter/web/landing_script.h"
#include "exporter/web/negotiation.h"
#include "exporter/web/single_metric.h"
#include "exporter/web/state_metrics.h"
#include "exporter/web/status_json.h"

namespace mta {
namespace {

std::string Compiler() {
#ifdef __clang__
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

// The exporter's metrics about itself that are made at the scrape.
class SelfMetrics : public prometheus::Collectable {
 public:
  SelfMetrics(const SiteOptions& options, double scrape_seconds)
      : options_(options), scrape_seconds_(scrape_seconds) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    return {SingleGauge(
                "mta_exporter_build_info", "The running program; always 1.", 1,
                {{"version", options_.version}, {"revision", options_.revision}, {"compiler", Compiler()}}),
            SingleGauge("mta_exporter_scrape_duration_seconds",
                        "Time it took to make the previous exposition.", scrape_seconds_)};
  }

 private:
  const SiteOptions& options_;
  double scrape_seconds_;
};

HttpResponse Text(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

Site::Site(SiteOptions options, const Publisher& publisher, Env& env)
    : options_(std::move(options)), publisher_(publisher), env_(env), process_(env) {}

HttpRoutes Site::Routes() const {
  HttpRoutes routes;
  routes["/"].handler = [this](const HttpRequest&) { return Page(); };
  routes["/-/healthy"].handler = [](const HttpRequest&) { return Text(200, "healthy\n"); };
  routes["/-/ready"].handler = [this](const HttpRequest&) { return Ready(); };
  routes["/api/v1/status"].handler = [this](const HttpRequest&) { return Status(); };
  if (options_.reload)
    routes["/-/reload"] = {[this](const HttpRequest&) { return Reload(); }, HttpMethod::kPost};
  routes[options_.telemetry_path].handler = [this](const HttpRequest& request) {
    return Metrics(request.Header("Accept"), request.Header("Accept-Encoding"));
  };
  return routes;
}

HttpResponse Site::Metrics(std::string_view accept, std::string_view accept_encoding) const {
  ExpositionFormat chosen = ChooseFormat(accept);
  HttpResponse response;
  response.content_type = std::move(chosen.content_type);
  response.body = Expose(chosen.format);
  response.headers = {{"Vary", "Accept, Accept-Encoding"}};
  if (!WantsGzip(accept_encoding)) return response;
  response.body = Gzip(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

std::string Site::Expose(TextFormat format) const {
  // Many scrapers at once shall need memory for one model only.
  const std::lock_guard one_at_a_time(exposing_);
  const int64_t start = env_.MonotonicNs();
  const auto publication = publisher_.current();
  const ViewCollectable view(publication->view);
  const StateMetrics state(publication->state);
  const SelfMetrics self(options_, scrape_seconds_);
  std::vector<const prometheus::Collectable*> all = options_.more;
  all.insert(all.end(), {&view, &process_, &state, &self});
  std::string text = WriteFamilies(format, CollectAll(all), *publication->view);
  scrape_seconds_ = 1e-9 * static_cast<double>(env_.MonotonicNs() - start);
  return text;
}

HttpResponse Site::Ready() const {
  return ready_ ? Text(200, "ready\n") : Text(503, "not ready: reading the logs\n");
}

HttpResponse Site::Reload() const {
  const Outcome reloaded = options_.reload();
  return reloaded ? Text(200, "reloading\n") : Text(500, reloaded.error().message + "\n");
}

// The current publication, with the rates as of now.
Publication Site::Shown() const {
  Publication shown = *publisher_.current();
  for (SourceStatus& source : shown.sources) source.lines_per_second = publisher_.LinesPerSecond(source.name);
  return shown;
}

PageHead Site::HeadNow() const {
  return {options_.version, options_.telemetry_path, ready_, options_.warnings()};
}

HttpResponse Site::Page() const {
  const double now = 1e-9 * static_cast<double>(env_.NowNs());
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; script-src " +
           LandingScriptHash() + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}};
  response.body = RenderLandingPage(HeadNow(), Shown(), now);
  return response;
}

HttpResponse Site::Status() const {
  const double now = 1e-9 * static_cast<double>(env_.NowNs());
  HttpResponse response;
  response.content_type = "application/json";
  response.body = RenderStatusJson(HeadNow(), Shown(), now);
  return response;
}

}  // namespace mta
