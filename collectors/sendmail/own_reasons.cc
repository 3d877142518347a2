#include "collectors/sendmail/own_reasons.h"

#include "exporter/events/reply_reason.h"

namespace mta::sendmail {

Reason DeliveryReason(std::string_view enhanced_status, std::string_view stat, std::string_view reply) {
  return ClassifyReply({.text = reply.empty() ? stat : reply, .enhanced_status = enhanced_status});
}

Reason RejectReason(std::string_view text) {
  return ClassifyReply({.text = text, .ours = true});
}

}  // namespace mta::sendmail
