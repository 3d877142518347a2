// The head of a sendmail message: `QID: `, `QID[2]: ` of a split record, `NOQUEUE: `, `[2]: `, or nothing at
// all (STARTTLS, AUTH, check_relay and daemon lines).
#pragma once

#include <cstdint>
#include <string_view>

namespace mta::sendmail {

struct LineHead {
  enum class Kind : uint8_t {
    kBare,     // no head; `body` is the whole message
    kNoQueue,  // NOQUEUE
    kQueueId,
  };
  Kind kind = Kind::kBare;
  std::string_view queue_id = {};  // only of kQueueId
  uint32_t part = 0;               // n of `[n]`: 1 begins the text, 2 and up go on with it; 0: not split
  std::string_view body = {};      // what follows the head
};

// `known_sendmail`: the line is sendmail's by its tag, so that old forms of queue ids count too.
LineHead ReadLineHead(std::string_view message, bool known_sendmail);

}  // namespace mta::sendmail
