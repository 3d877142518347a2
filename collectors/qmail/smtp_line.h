// The bodies of tcpserver and rblsmtpd, which stand before qmail-smtpd (ucspi-tcp 0.88).  qmail-smtpd itself
// logs nothing.  Views point into the line.
#pragma once

#include <string_view>

namespace mta::qmail {

// tcpserver: ok|deny P LHOST:LIP:LPORT RHOST:RIP:RINFO:RPORT
struct ClientLine {
  std::string_view name;  // may be empty
  std::string_view address;
};

// rblsmtpd: IP pid P: CODE TEXT
struct RblLine {
  std::string_view address;
  std::string_view code;
  std::string_view reply;  // code and text, as the client got it
};

// Each takes what follows `tcpserver: ok `, `rblsmtpd: `.  False: the line is damaged.
bool ParseClient(std::string_view text, ClientLine& out);
bool ParseRbl(std::string_view text, RblLine& out);

}  // namespace mta::qmail
