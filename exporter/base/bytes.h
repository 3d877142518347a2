// ByteWriter and ByteReader: the encoding of everything in the state snapshot.  Little endian, fixed widths,
// strings and blobs with a 32-bit length.  A reader never reads past its end: after the first short read it
// is not ok(), and all it gives from there on is zero or empty, so that a Restore() checks ok() once, at its
// end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace mta {

class ByteWriter {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void Put(T value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void PutBytes(std::string_view bytes) {
    Put(static_cast<uint32_t>(bytes.size()));
    out_.append(bytes);
  }
  // What part.Save() writes, as one blob: a part that changed or is damaged does not take what follows it.
  template <typename Part>
  void PutPart(const Part& part) {
    Put(uint32_t{0});
    const size_t begin = out_.size();
    part.Save(*this);
    const auto size = static_cast<uint32_t>(out_.size() - begin);
    std::memcpy(out_.data() + begin - sizeof size, &size, sizeof size);
  }
  void Reserve(size_t bytes) { out_.reserve(bytes); }
  const std::string& bytes() const { return out_; }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T> T Get() {
    T value{};
    if (rest_.size() < sizeof value) {
      Break();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  // Borrowed from the bytes the reader was made with.
  std::string_view GetBytes() {
    const auto size = Get<uint32_t>();
    if (!ok_ || rest_.size() < size) {
      Break();
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  // What PutPart() wrote; false if the part cannot be restored from it.
  template <typename Part>
  bool GetPart(Part& part) {
    ByteReader blob(GetBytes());
    return ok_ && part.Restore(blob) && blob.done();
  }
  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }

 private:
  void Break() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace mta
