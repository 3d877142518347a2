#include "collectors/postfix/postscreen_line.h"

namespace mta::postfix {
namespace {

struct Finding {
  std::string_view beginning;
  std::string_view event;
};

constexpr Finding kFindings[] = {
    {"PASS NEW [", "pass_new"},
    {"PASS OLD [", "pass_old"},
    {"ALLOWLISTED [", "allowlisted"},
    {"WHITELISTED [", "allowlisted"},
    {"DENYLISTED [", "denylisted"},
    {"BLACKLISTED [", "denylisted"},
    {"ALLOWLIST VETO [", "allowlist_veto"},
    {"WHITELIST VETO [", "allowlist_veto"},
    {"DNSBL rank ", "dnsbl"},
    {"PREGREET ", "pregreet"},
    {"HANGUP after ", "hangup"},
    {"COMMAND PIPELINING from ", "command_pipelining"},
    {"NON-SMTP COMMAND from ", "non_smtp_command"},
    {"BARE NEWLINE from ", "bare_newline"},
    {"COMMAND TIME LIMIT from ", "command_time_limit"},
    {"COMMAND COUNT LIMIT from ", "command_count_limit"},
    {"COMMAND LENGTH LIMIT from ", "command_length_limit"},
    {"DATA without valid RCPT from ", "data_without_rcpt"},
    {"BDAT without valid RCPT from ", "data_without_rcpt"},
};

}  // namespace

std::string_view PostscreenEvent(std::string_view text) {
  if (text.empty()) return {};
  for (const Finding& finding : kFindings) {
    if (finding.beginning.front() == text.front() && text.starts_with(finding.beginning))
      return finding.event;
  }
  return {};
}

}  // namespace mta::postfix
