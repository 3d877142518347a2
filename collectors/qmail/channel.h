// The channels of qmail-send: local, remote, and whatever else a patch adds (suppl1, suppl2, …), which is one
// to the metrics.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mta::qmail {

enum class Channel : uint8_t { kLocal, kRemote, kOther };

inline constexpr size_t kChannelCount = 3;
inline constexpr std::array<std::string_view, kChannelCount> kChannelNames = {"local", "remote", "other"};

// A number for each channel.
using PerChannel = std::array<uint32_t, kChannelCount>;

constexpr Channel ChannelOf(std::string_view word) {
  if (word == "remote") return Channel::kRemote;
  return word == "local" ? Channel::kLocal : Channel::kOther;
}

// The value of the labels `channel` and `transport`; static storage.
constexpr std::string_view NameOf(Channel channel) {
  return kChannelNames[static_cast<size_t>(channel)];
}

}  // namespace mta::qmail
