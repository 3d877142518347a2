// Any lines through the unwrapper: what comes out is bounded, and saving and restoring between any two lines
// changes nothing.  The first byte chooses the format and the line before which the state is carried over.
#include <cstdlib>

#include "exporter/record/container_line.h"

using mta::ContainerFormat;
using mta::ContainerUnwrapper;
using mta::Unwrapped;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto format = static_cast<ContainerFormat>(data[0] % 3);
  ContainerUnwrapper straight(format), first(format), second(format);
  ContainerUnwrapper* carried = &first;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (int number = 0; !text.empty(); ++number) {
    if (number == data[0] / 3) {
      mta::ByteWriter state;
      carried->Save(state);
      mta::ByteReader in(state.bytes());
      if (!second.Restore(in) || !in.done()) std::abort();
      carried = &second;
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    const Unwrapped a = straight.Unwrap(line);
    const Unwrapped b = carried->Unwrap(line);
    if (a.kind != b.kind || a.line != b.line || a.time_ns != b.time_ns) std::abort();
    const size_t most = std::max(line.size(), ContainerUnwrapper::kMaxJoinedBytes);
    if (a.kind == Unwrapped::Kind::kLine && a.line.size() > most) std::abort();
  }
  mta::ByteReader any({reinterpret_cast<const char*>(data), size});
  ContainerUnwrapper damaged;
  damaged.Restore(any);
  damaged.Unwrap("2026-11-22T10:41:23Z stdout F x");
  return 0;
}
