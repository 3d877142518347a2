// The head of an HTTP/1 request (RFC 9112), read strictly: what two programs could read differently is
// refused.
//
// Refused are: lines that do not end with CR LF, folded lines, blanks before a colon, names and values with
// characters that do not belong there, a header twice where once is meant, targets that are no path, any
// body, and heads that are too long.  Pure functions over bytes from strangers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mta {

constexpr size_t kMaxHeadBytes = 16 << 10;

struct RequestHead {
  std::string method;  // a token, in the case that was sent
  std::string path;    // begins with a slash; without the query; escapes as they were
  std::string accept;  // "" where it was not sent
  std::string accept_encoding;
  std::string authorization;
  bool keep_alive = false;
};

struct ParsedHead {
  enum class State { kIncomplete, kReady, kRefused };
  State state = State::kIncomplete;
  size_t bytes = 0;           // of the head, its empty line included; kReady
  RequestHead head = {};      // kReady
  int status = 0;             // what to answer: 400, 413, 417, 431, 501, 505; kRefused
  std::string_view why = {};  // in words; static
};

// `bytes`: what came so far.  Refuses as soon as it is sure.
ParsedHead ParseHead(std::string_view bytes);

// The path names one thing only, however it is read: nothing escaped, no dot segments, no empty ones.
bool IsPlainPath(std::string_view path);

}  // namespace mta
