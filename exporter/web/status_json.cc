#include "exporter/web/status_json.h"

#include <nlohmann/json.hpp>

#include "exporter/web/delivery_summary.h"

namespace mta {
namespace {

using Json = nlohmann::ordered_json;

Json SourceJson(const SourceStatus& source, const DeliverySummary& mail) {
  Json json;
  json["name"] = source.name;
  json["mta"] = source.mta;
  json["file"] = source.file;
  json["up"] = source.up;
  json["position_bytes"] = source.position_bytes;
  json["lag_bytes"] = source.lag_bytes;
  json["lines"] = {{"parsed", source.parsed_lines},
                   {"ignored", source.ignored_lines},
                   {"foreign", source.foreign_lines},
                   {"unrecognized", source.unrecognized_lines}};
  json["lines_per_second"] = source.lines_per_second;
  json["recognised_share"] =
      source.own_lines() > 0
          ? Json(static_cast<double>(source.known_lines()) / static_cast<double>(source.own_lines()))
          : Json();
  json["last_line_timestamp_seconds"] =
      source.last_line_seconds > 0 ? Json(source.last_line_seconds) : Json();
  json["open_messages"] = mail.open_messages ? Json(*mail.open_messages) : Json();
  json["deliveries"] = {{"sent", mail.sent}, {"deferred", mail.deferred}, {"bounced", mail.bounced}};
  json["warnings"] = source.warnings;
  return json;
}

Json StateJson(const StateStatus& state) {
  Json json;
  json["kept"] = state.kept;
  json["last_save_timestamp_seconds"] = state.last_save_seconds > 0 ? Json(state.last_save_seconds) : Json();
  json["warning"] = state.warning.empty() ? Json() : Json(state.warning);
  return json;
}

}  // namespace

std::string RenderStatusJson(const PageHead& head, const Publication& publication, double now_seconds) {
  const auto mail = SummariseDeliveries(*publication.view);
  Json json;
  json["version"] = head.version;
  json["ready"] = head.ready;
  json["timestamp_seconds"] = now_seconds;
  json["warnings"] = head.warnings;
  json["state"] = StateJson(publication.state);
  json["sources"] = Json::array();
  for (const SourceStatus& source : publication.sources) {
    const auto known = mail.find(source.name);
    json["sources"].push_back(SourceJson(source, known != mail.end() ? known->second : DeliverySummary{}));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mta
