#include "collectors/sendmail/delivery_line.h"

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/result_text.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

bool FollowsRecipients(std::string_view rest) {
  return BeginsWith(rest, "delay=") || BeginsWith(rest, "ctladdr=") || BeginsWith(rest, "[more], ");
}

bool FollowsControllingUser(std::string_view rest) {
  return BeginsWith(rest, "delay=");
}

bool FollowsRelay(std::string_view rest) {
  return BeginsWith(rest, "dsn=") || BeginsWith(rest, "stat=") || BeginsWith(rest, "reply=") ||
         BeginsWith(rest, "quarantine=") || BeginsWith(rest, "ntries=") || BeginsWith(rest, "stage=") ||
         BeginsWith(rest, "status=");
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
template <size_t n>
bool TakeOptional(Scanner& scanner, const char (&key)[n], std::string_view& out) {
  if (!BeginsWith(scanner.rest(), std::string_view(key, n - 1))) return true;
  scanner.Skip(n - 1);
  return scanner.TakeUntil(',', out) && scanner.Take(' ');
}

bool TakeRecipients(Scanner& scanner, DeliveryLine& line) {
  if (!TakeQuotable(scanner, FollowsRecipients, line.recipients) || line.recipients.empty()) return false;
  scanner.Take("[more], ");
  std::string_view controlling_user;
  return !scanner.Take("ctladdr=") || TakeQuotable(scanner, FollowsControllingUser, controlling_user);
}

bool TakeAttempt(Scanner& scanner, DeliveryLine& line) {
  std::string_view unused;
  return BeginsWith(scanner.rest(), "delay=") && TakeOptional(scanner, "delay=", line.delay) &&
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
  const size_t end = FindOutside(rest_, ',', [](size_t) { return true; });
  recipient = Unbracket(rest_.substr(0, end));
  done_ = end == std::string_view::npos;
  if (!done_) rest_.remove_prefix(end + 1);
  return true;
}

}  // namespace mta::sendmail
