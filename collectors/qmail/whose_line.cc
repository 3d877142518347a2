#include "collectors/qmail/whose_line.h"

#include <algorithm>
#include <array>

namespace mta::qmail {
namespace {

bool IsQmailTag(std::string_view tag) {
  static constexpr std::array<std::string_view, 6> kTags = {"qmail",       "splogger",  "qmail-send",
                                                            "qmail-smtpd", "tcpserver", "rblsmtpd"};
  return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
}

}  // namespace

Claim ClaimOf(const LogRecord& record, bool only_mta) {
  switch (record.envelope) {
    case Envelope::kTai64n:
    case Envelope::kLocalStamp:
    case Envelope::kEpoch:
      return Claim::kSure;
    case Envelope::kBare:
      return only_mta ? Claim::kSure : Claim::kShape;
    case Envelope::kSyslog:
    case Envelope::kRfc5424:
      break;
  }
  if (IsQmailTag(record.tag)) return Claim::kSure;
  return only_mta ? Claim::kShape : Claim::kNone;
}

}  // namespace mta::qmail
