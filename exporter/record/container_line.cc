#include "exporter/record/container_line.h"

#include <nlohmann/json.hpp>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

using Json = nlohmann::json;

// The three texts of a Docker line's object; whatever else stands in it is passed over.
class DockerFields final : public nlohmann::json_sax<Json> {
 public:
  DockerFields(std::string& log, std::string& stream, std::string& time)
      : log_(log), stream_(stream), time_(time) {}
  bool has_log() const { return has_log_; }

  bool string(string_t& value) override {
    if (depth_ == 1 && field_ != nullptr) {
      field_->swap(value);
      has_log_ = has_log_ || field_ == &log_;
    }
    return Value();
  }
  bool key(string_t& name) override {
    if (depth_ == 1)
      field_ = name == "log" ? &log_ : name == "stream" ? &stream_ : name == "time" ? &time_ : nullptr;
    return true;
  }
  bool start_object(size_t) override { return ++depth_, true; }
  bool end_object() override { return --depth_, Value(); }
  bool start_array(size_t) override { return depth_++ > 0; }
  bool end_array() override { return --depth_, Value(); }
  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool Value() {
    if (depth_ <= 1) field_ = nullptr;
    return true;
  }

  std::string& log_;
  std::string& stream_;
  std::string& time_;
  std::string* field_ = nullptr;
  int depth_ = 0;
  bool has_log_ = false;
};

}  // namespace

// `line` begins with a brace or a digit.
Unwrapped ContainerUnwrapper::TakeWrapped(std::string_view line) {
  Piece piece;
  const char first = line.front();
  const bool wrapped = (first == '{' && format_ != ContainerFormat::kCri && TakeDocker(line, piece)) ||
                       (IsDigit(first) && format_ != ContainerFormat::kDocker && TakeCri(line, piece));
  if (!wrapped) return {.line = line};
  return Join(piece);
}

// `STAMP STREAM TAGS TEXT`; the first of the tags, which colons part, is F or P.
bool ContainerUnwrapper::TakeCri(std::string_view line, Piece& piece) const {
  Scanner text(line);
  if (!text.TakeUntil(' ', piece.time)) return false;
  if (!text.Take("stdout ") && !text.Take("stderr ")) return false;
  piece.stream = line.substr(piece.time.size() + 1, 6);
  piece.last = text.peek() == 'F';
  if (!piece.last && text.peek() != 'P') return false;
  text.Skip(1);
  std::string_view more_tags;
  if (text.peek() == ':' && !text.TakeUntil(' ', more_tags)) return false;
  if (text.peek() == ' ') text.Skip(1);  // a runtime may leave it out behind the tag of an empty line
  piece.text = text.rest();
  return true;
}

bool ContainerUnwrapper::TakeDocker(std::string_view line, Piece& piece) {
  stream_.clear();
  time_.clear();
  DockerFields fields(text_, stream_, time_);
  if (!Json::sax_parse(line.begin(), line.end(), &fields) || !fields.has_log()) return false;
  piece = {.text = text_, .stream = stream_, .time = time_, .last = text_.ends_with('\n')};
  if (piece.last) piece.text.remove_suffix(1);
  return true;
}

Unwrapped ContainerUnwrapper::Join(const Piece& piece) {
  Unwrapped unwrapped;
  Scanner stamp(piece.time);
  stamps_.TakeIso(stamp, unwrapped.time_ns);
  unwrapped.line = piece.text;
  if (piece.last && unfinished_.empty()) return unwrapped;

  std::string key = log_ + '\n';
  key += piece.stream.substr(0, 16);
  auto found = unfinished_.find(key);
  if (piece.last) {
    if (found == unfinished_.end()) return unwrapped;
    Keep(piece.text, found->second);
    joined_ = std::move(found->second.text);
    unwrapped.line = joined_;
    unwrapped.joined = true;
    if (found->second.oversized) unwrapped.kind = Unwrapped::Kind::kOversized;
    unfinished_.erase(found);
    return unwrapped;
  }
  if (found == unfinished_.end()) {
    if (unfinished_.size() >= kMaxUnfinished) unfinished_.erase(unfinished_.begin());
    found = unfinished_.emplace(std::move(key), Unfinished()).first;
  }
  Keep(piece.text, found->second);
  unwrapped.kind = Unwrapped::Kind::kPiece;
  return unwrapped;
}

void ContainerUnwrapper::Keep(std::string_view text, Unfinished& unfinished) const {
  if (unfinished.oversized) return;
  if (unfinished.text.size() + text.size() <= kMaxJoinedBytes) {
    unfinished.text += text;
  } else {
    unfinished.oversized = true;
    unfinished.text = {};
  }
}

void ContainerUnwrapper::Save(ByteWriter& out) const {
  out.PutBytes(log_);
  out.Put(static_cast<uint32_t>(unfinished_.size()));
  for (const auto& [key, unfinished] : unfinished_) {
    out.PutBytes(key);
    out.PutBytes(unfinished.text);
    out.Put(unfinished.oversized);
  }
}

bool ContainerUnwrapper::Restore(ByteReader& in) {
  log_ = in.GetBytes();
  unfinished_.clear();
  const auto count = in.Get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    std::string key(in.GetBytes());
    std::string text(in.GetBytes());
    const bool oversized = in.Get<uint8_t>() != 0;
    unfinished_[std::move(key)] = {std::move(text), oversized};
  }
  if (in.ok() && count <= kMaxUnfinished) return true;
  log_.clear();
  unfinished_.clear();
  return false;
}

}  // namespace mta
