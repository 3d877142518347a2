// A `to=` line: the result of one delivery attempt for a list of recipients.  sendmail 8.8 to 8.18.
//
//   to=RCPTS[, [more]][, ctladdr=C], delay=D[, xdelay=D][, mailer=M][, tls_verify=V …][, pri=N][, relay=R]
//     [, quarantine=Q][, dsn=X.Y.Z][, ntries=N][, stage=S][, reply=T][, status=T], stat=TEXT
//
// The order is fixed.  Recipients, ctladdr and relay may forge any field inside quotes; reply and stat are
// the remote server's words (see result_text.h).
#pragma once

#include <optional>
#include <string_view>

namespace mta::sendmail {

struct DeliveryLine {
  std::string_view recipients;  // as logged, see RecipientList
  std::string_view delay;
  std::string_view xdelay;  // empty where there was no attempt
  std::string_view mailer;
  std::string_view relay;
  bool quarantined = false;
  std::string_view dsn;  // X.Y.Z or empty
  std::string_view reply;
  std::string_view stat;
};

// `fields` is what follows `to=`, unescaped.  Nothing where the line is damaged.
std::optional<DeliveryLine> ParseDeliveryLine(std::string_view fields);

// The recipients of a to= line one after another: `<a@b>,<c@d>`, `user1,far@x.example`, `"|/bin/prog a, b"`.
class RecipientList {
 public:
  explicit RecipientList(std::string_view recipients) : rest_(recipients) {}
  // The next one without its angle brackets.  False at the end.
  bool Next(std::string_view& recipient);

 private:
  std::string_view rest_;
  bool done_ = false;
};

}  // namespace mta::sendmail
