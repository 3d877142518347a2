#include "collectors/postfix/own_reasons.h"

#include "exporter/events/reply_reason.h"

namespace mta::postfix {

Reason DeliveryReason(std::string_view enhanced_status, std::string_view text, bool /*bounced*/) {
  return ClassifyReply({.text = text, .enhanced_status = enhanced_status});
}

Reason RejectReason(std::string_view text) {
  return ClassifyReply({.text = text, .ours = true});
}

}  // namespace mta::postfix
