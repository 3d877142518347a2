// Any bytes as a syslog connection: the same messages come out whatever the chunks, none is larger than the
// limit, and none is made of bytes that were not sent.
#include <algorithm>
#include <cstdlib>

#include "exporter/listen/frame_cutter.h"

namespace {

std::string Cut(std::string_view bytes, size_t chunk) {
  mta::FrameCutter cutter;
  mta::MessageBatch batch;
  for (size_t at = 0; at < bytes.size(); at += chunk) cutter.Feed(bytes.substr(at, chunk), batch);
  std::string text = cutter.Finish(batch) ? "!" : "";
  batch.ForEach(
      [&](std::string_view message) {
        if (message.empty() || message.size() > mta::FrameCutter::kMaxMessageBytes) std::abort();
        if (bytes.find(message) == bytes.npos) std::abort();
        text.append(message) += '\n';
      },
      [&](uint64_t size) { text += std::to_string(size); });
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (Cut(bytes, bytes.size() + 1) != Cut(bytes, 1 + data[0])) std::abort();
  return 0;
}
