// showq's answer, whatever it is: no figure without a message, and the same in one piece as byte by byte.
#include <cstdlib>

#include "exporter/queue/postfix_file.h"
#include "exporter/queue/showq_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr int64_t kNow = 1'700'000'000;
  mta::ShowqParser whole(kNow), pieces(kNow);
  const bool took = whole.Feed(bytes);
  bool took_pieces = true;
  for (size_t i = 0; i < size && took_pieces; ++i) took_pieces = pieces.Feed(bytes.substr(i, 1));
  if (took != took_pieces || whole.complete() != pieces.complete()) std::abort();
  for (size_t i = 0; i < mta::ShowqParser::kQueues.size(); ++i) {
    const mta::QueueFigures& a = whole.figures()[i];
    const mta::QueueFigures& b = pieces.figures()[i];
    if (a.messages != b.messages || a.bytes != b.bytes || a.oldest_seconds != b.oldest_seconds) std::abort();
    if (a.messages == 0 && (a.bytes != 0 || a.oldest_seconds)) std::abort();
    if (a.messages > size / 8) std::abort();  // a message takes more bytes than that
  }
  mta::ParsePostfixHead(bytes);
  return 0;
}
