#include "exporter/front/request_head.h"

#include <algorithm>
#include <utility>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kMaxHeaders = 100;

struct Refusal {
  int status = 0;
  std::string_view why;
};

bool IsTokenChar(char c) {
  return IsAlnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenChar);
}
bool IsTargetChar(char c) {
  return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' &&
         c != '{' && c != '|' && c != '}' && c != '#';
}
bool IsValueChar(char c) {
  return c == '\t' || (c >= ' ' && c < '\x7f');
}

bool IsVersion(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && IsDigit(text[5]) && text[6] == '.' &&
         IsDigit(text[7]);
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

class HeadReader {
 public:
  explicit HeadReader(RequestHead& head) : head_(head) {}

  Refusal RequestLine(std::string_view line) {
    const size_t first = line.find(' ');
    const size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return {400, "no request line"};
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    if (!IsToken(method) || method.size() > 20) return {400, "no method"};
    if (!target.starts_with('/') || !std::ranges::all_of(target, IsTargetChar)) return {400, "no path"};
    if (!IsVersion(version)) return {400, "no HTTP version"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return {505, "only HTTP/1.1"};
    head_.method = method;
    head_.path = target.substr(0, target.find('?'));
    head_.keep_alive = http11_ = version == "HTTP/1.1";
    return {};
  }

  Refusal Header(std::string_view line) {
    if (++headers_ > kMaxHeaders) return {431, "too many headers"};
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return {400, "no header line"};
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = Trim(line.substr(colon + 1));
    if (!std::ranges::all_of(value, IsValueChar)) return {400, "a header with characters that do not belong"};
    return Take(name, value);
  }

  Refusal End() const {
    if (http11_ && !has_host_) return {400, "no Host header"};
    return {};
  }

 private:
  Refusal Take(std::string_view name, std::string_view value) {
    if (EqualsIgnoreCase(name, "Transfer-Encoding")) return {501, "no request has a body here"};
    if (EqualsIgnoreCase(name, "Expect")) return {417, "nothing can be expected"};
    if (EqualsIgnoreCase(name, "Content-Length")) {
      if (std::exchange(has_length_, true)) return {400, "Content-Length twice"};
      const auto length = ParseUnsigned(value);
      if (!length) return {400, "Content-Length is no number"};
      if (*length > 0) return {413, "no request has a body here"};
    }
    if (EqualsIgnoreCase(name, "Host") && std::exchange(has_host_, true)) return {400, "Host twice"};
    if (EqualsIgnoreCase(name, "Authorization")) {
      if (!head_.authorization.empty()) return {400, "Authorization twice"};
      head_.authorization = value;
    }
    if (EqualsIgnoreCase(name, "Accept")) Append(head_.accept, value);
    if (EqualsIgnoreCase(name, "Accept-Encoding")) Append(head_.accept_encoding, value);
    if (EqualsIgnoreCase(name, "Connection")) Connection(value);
    return {};
  }

  static void Append(std::string& list, std::string_view value) {
    if (!list.empty()) list += ", ";
    list += value;
  }

  void Connection(std::string_view list) {
    while (!list.empty()) {
      const size_t end = std::min(list.find(','), list.size());
      const std::string_view option = Trim(list.substr(0, end));
      if (EqualsIgnoreCase(option, "close")) head_.keep_alive = false;
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }

  RequestHead& head_;
  size_t headers_ = 0;
  bool http11_ = false;
  bool has_host_ = false;
  bool has_length_ = false;
};

ParsedHead Refused(Refusal refusal) {
  ParsedHead parsed;
  parsed.state = ParsedHead::State::kRefused;
  parsed.status = refusal.status;
  parsed.why = refusal.why;
  return parsed;
}

}  // namespace

ParsedHead ParseHead(std::string_view bytes) {
  ParsedHead parsed;
  HeadReader reader(parsed.head);
  bool first = true;
  for (size_t at = 0;;) {
    const size_t end = bytes.find('\n', at);
    if (std::min(end, bytes.size()) >= kMaxHeadBytes) return Refused({431, "the head is too long"});
    if (end == std::string_view::npos) return {};
    std::string_view line = bytes.substr(at, end - at);
    if (!line.ends_with('\r')) return Refused({400, "a line without CR LF"});
    line.remove_suffix(1);
    at = end + 1;
    const bool last = line.empty() && !first;
    const Refusal refusal = last ? reader.End() : first ? reader.RequestLine(line) : reader.Header(line);
    if (refusal.status != 0) return Refused(refusal);
    first = false;
    if (!last) continue;
    parsed.state = ParsedHead::State::kReady;
    parsed.bytes = at;
    return parsed;
  }
}

bool IsPlainPath(std::string_view path) {
  const auto plain = [](char c) {
    return IsAlnum(c) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
  };
  return path.starts_with('/') && std::ranges::all_of(path, plain) &&
         path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

}  // namespace mta
