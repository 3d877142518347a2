// Which step a line belongs to, by the head and the first words of the message.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/sendmail/line.h"
#include "collectors/sendmail/line_head.h"

namespace mta::sendmail {

struct DispatchContext {
  bool known_sendmail = false;  // by its tag; else only what can be nobody else's line is taken
  std::span<const std::string> internal_relays;
};

Verdict Dispatch(const LineHead& head, const Line& line, const DispatchContext& context, Memory& memory);

}  // namespace mta::sendmail
