#include "collectors/qmail/own_reasons.h"

#include "exporter/events/reply_reason.h"

namespace mta::qmail {

Reason DeliveryReason(std::string_view report, bool /*temporary*/) {
  const size_t said = report.find("Remote host said: ");
  if (said != std::string_view::npos) report.remove_prefix(said + 18);
  return ClassifyReply({.text = report});
}

}  // namespace mta::qmail
