// Any bytes, in any pieces: the verdict does not depend on how they come, and what is let through is clean.
#include <cstdint>
#include <cstdlib>

#include "exporter/front/request_head.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsClean(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using State = mta::ParsedHead::State;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const mta::ParsedHead whole = mta::ParseHead(bytes);
  if (whole.state == State::kReady) {
    const mta::RequestHead& head = whole.head;
    Require(whole.bytes <= size && whole.bytes <= mta::kMaxHeadBytes + 2);
    Require(bytes.substr(0, whole.bytes).ends_with("\r\n\r\n"));
    Require(head.path.starts_with('/') && head.path.find_first_of("? ") == std::string::npos);
    for (const std::string& text :
         {head.method, head.path, head.accept, head.accept_encoding, head.authorization})
      Require(IsClean(text));
    Require(mta::ParseHead(bytes.substr(0, whole.bytes)).state == State::kReady);
    Require(mta::ParseHead(bytes.substr(0, whole.bytes - 1)).state == State::kIncomplete);
  } else if (whole.state == State::kRefused) {
    Require(whole.status >= 400 && whole.status < 600 && !whole.why.empty());
    const std::string more = std::string(bytes) + "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    Require(mta::ParseHead(more).state == State::kRefused);  // no later byte makes it good
  }
  return 0;
}
