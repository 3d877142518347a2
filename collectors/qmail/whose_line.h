// Is it qmail's line?  METRICS.md section 9, "Whose line".  Pure function, any thread.
#pragma once

#include "exporter/record/record.h"

namespace mta::qmail {

enum class Claim : uint8_t {
  kNone,   // another program's
  kShape,  // qmail's if it reads like qmail's: no stamp and no tag, or (--mta=qmail) another's tag
  kSure,   // tag or stamp say so, or it was said that the log is qmail's
};

Claim ClaimOf(const LogRecord& record, bool only_mta);

}  // namespace mta::qmail
