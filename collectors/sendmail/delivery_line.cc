#include "collectors/sendmail/delivery_line.h"

#include <algorithm>
#include <initializer_list>

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/result_text.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

bool BeginsWithAny(std::string_view text, std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [text](std::string_view key) { return text.starts_with(key); });
}

bool FollowsRecipients(std::string_view rest) {
  return BeginsWithAny(rest, {"delay=", "ctladdr=", "[more], "});
}

bool FollowsControllingUser(std::string_view rest) {
  return rest.starts_with("delay=");
}

bool FollowsRelay(std::string_view rest) {
  return BeginsWithAny(rest, {"dsn=", "stat=", "reply=", "quarantine=", "ntries=", "stage=", "status="});
}

// Takes a value that quotes may protect, and the ", " after it.
template <typename Follows>
bool TakeQuotable(Scanner& scanner, Follows follows, std::string_view& out) {
  const size_t end = EndOfValue(scanner.rest(), follows);
  if (end == std::string_view::npos) return false;
  out = scanner.rest().substr(0, end);
  scanner.Skip(end + kFieldEnd.size());
  return true;
}

// Takes `key` and a value of the MTA's own making, up to the next ", ".  False only where the key stands
// there and nothing ends its value.
bool TakeOptional(Scanner& scanner, std::string_view key, std::string_view& out) {
  return !scanner.Take(key) || scanner.TakeUntil(kFieldEnd, out);
}

bool TakeRecipients(Scanner& scanner, DeliveryLine& line) {
  if (!TakeQuotable(scanner, FollowsRecipients, line.recipients) || line.recipients.empty()) return false;
  scanner.Take("[more], ");
  std::string_view controlling_user;
  return !scanner.Take("ctladdr=") || TakeQuotable(scanner, FollowsControllingUser, controlling_user);
}

bool TakeAttempt(Scanner& scanner, DeliveryLine& line) {
  std::string_view unused;
  return scanner.Take("delay=") && scanner.TakeUntil(kFieldEnd, line.delay) &&
         TakeOptional(scanner, "xdelay=", line.xdelay) && TakeOptional(scanner, "mailer=", line.mailer) &&
         TakeOptional(scanner, "tls_verify=", unused) && TakeOptional(scanner, "tls_version=", unused) &&
         TakeOptional(scanner, "cipher=", unused) && TakeOptional(scanner, "auth=", unused) &&
         TakeOptional(scanner, "pri=", unused) &&
         (!scanner.Take("relay=") || TakeQuotable(scanner, FollowsRelay, line.relay));
}

bool IsEnhancedStatus(std::string_view text) {
  Scanner scanner(text);
  uint64_t number = 0;
  if (!scanner.Take('2') && !scanner.Take('4') && !scanner.Take('5')) return false;
  return scanner.Take('.') && scanner.TakeUnsigned(number) && number < 1000 && scanner.Take('.') &&
         scanner.TakeUnsigned(number) && number < 1000 && scanner.done();
}

// A quarantine reason is free text of a milter or a rule, commas included: nothing but the end of the line is
// sure.
bool TakeQuarantine(Scanner& scanner, DeliveryLine& line) {
  if (!scanner.Take("quarantine=")) return true;
  line.quarantined = scanner.rest().ends_with("stat=quarantined");
  const size_t stat = scanner.rest().rfind(", stat=");
  if (stat == std::string_view::npos) return false;
  scanner.Skip(stat + kFieldEnd.size());
  return true;
}

bool TakeResult(Scanner& scanner, DeliveryLine& line) {
  std::string_view unused;
  if (!TakeQuarantine(scanner, line) || !TakeOptional(scanner, "dsn=", line.dsn) ||
      !TakeOptional(scanner, "ntries=", unused) || !TakeOptional(scanner, "stage=", unused))
    return false;
  if (!IsEnhancedStatus(line.dsn)) line.dsn = {};
  const auto text = ReadResultText(scanner.rest(), line.dsn);
  if (!text) return false;
  line.reply = text->reply;
  line.stat = text->stat;
  return true;
}

}  // namespace

std::optional<DeliveryLine> ParseDeliveryLine(std::string_view fields) {
  DeliveryLine line;
  Scanner scanner(fields);
  if (!TakeRecipients(scanner, line) || !TakeAttempt(scanner, line) || !TakeResult(scanner, line))
    return std::nullopt;
  return line;
}

bool RecipientList::Next(std::string_view& recipient) {
  if (done_) return false;
  QuoteState state;
  size_t end = 0;
  while (end < rest_.size() && !(state.Outside(rest_[end]) && rest_[end] == ',')) ++end;
  recipient = Unbracket(rest_.substr(0, end));
  done_ = end == rest_.size();
  rest_.remove_prefix(done_ ? end : end + 1);
  return true;
}

}  // namespace mta::sendmail
