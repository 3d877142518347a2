// sendmail makes every text printable before it logs it: `\` becomes `\\`, a newline `\n` (likewise t r b a f
// v), every other control or 8-bit byte `\ooo`.  This undoes it, so that quotes can be told from escaped
// ones. Source: sm_syslog and str2prt of sendmail 8.9 to 8.18.
#pragma once

#include <string>
#include <string_view>

namespace mta::sendmail {

// `text` itself where it has no backslash, else the original bytes in `scratch`.  A backslash that begins
// none of these escapes stays as it is.  Allocates only while `scratch` grows.
std::string_view Unescape(std::string_view text, std::string& scratch);

}  // namespace mta::sendmail
