#include "exporter/web/site.h"

#include <fmt/core.h>

#include <string_view>

#include "exporter/web/exposition.h"
#include "exporter/web/landing_page.h"
#include "exporter/web/single_metric.h"
#include "exporter/web/text_serializer.h"

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
  routes["/"] = [this](const HttpRequest&) { return Page(); };
  routes["/-/healthy"] = [](const HttpRequest&) { return Text(200, "healthy\n"); };
  routes["/-/ready"] = [this](const HttpRequest&) { return Ready(); };
  routes[options_.telemetry_path] = [this](const HttpRequest&) { return Metrics(); };
  return routes;
}

HttpResponse Site::Metrics() const {
  // Many scrapers at once shall need memory for one model only.
  const std::lock_guard one_at_a_time(exposing_);
  const int64_t start = env_.MonotonicNs();
  const ViewCollectable view(publisher_.current()->view);
  const SelfMetrics self(options_, scrape_seconds_);
  const prometheus::Collectable* const all[] = {&view, &process_, &self};
  HttpResponse response;
  response.content_type = FastTextSerializer::kContentType;
  response.body = FastTextSerializer().Serialize(CollectAll(all));
  scrape_seconds_ = 1e-9 * static_cast<double>(env_.MonotonicNs() - start);
  return response;
}

HttpResponse Site::Ready() const {
  return ready_ ? Text(200, "ready\n") : Text(503, "not ready: reading the logs\n");
}

HttpResponse Site::Page() const {
  const double now = 1e-9 * static_cast<double>(env_.NowNs());
  const auto publication = publisher_.current();
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"}};
  response.body = RenderLandingPage({options_.version, options_.telemetry_path, ready_}, *publication, now);
  return response;
}

}  // namespace mta
