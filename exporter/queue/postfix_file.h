// The head of a Postfix queue file: records of a type letter, a length (seven bits a byte, lowest first) and
// that many bytes (Postfix, src/global/record.c).  cleanup(8) begins a file with C, the message's size, and
// T, the arrival; postdrop(1) with T.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mta {

constexpr size_t kPostfixHeadBytes = 256;  // C and T take about 120

struct PostfixHead {
  std::optional<uint64_t> message_bytes;   // without the envelope, as mailq shows it
  std::optional<int64_t> arrival_seconds;  // since 1970
};

// `head`: the first kPostfixHeadBytes of the file, or all of it.
PostfixHead ParsePostfixHead(std::string_view head);

// Permission bits: a file is whole once its owner may execute it; an incomplete one is no message yet
// (src/global/mail_queue.h).
constexpr bool IsWholePostfixFile(uint32_t permissions) {
  return (permissions & 0100) != 0;
}

}  // namespace mta
