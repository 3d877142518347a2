// Disguise: a log line that may be shown to strangers, although nobody knows what it says.
//
// Unlike Redaction, which knows where a story's addresses stand and leaves domains and relays for the other
// side to see, this one has only the look of words to go by, and masks whatever could be somebody's or
// somebody's machine:
//   - addresses, logins, what stands in <…>: user1;  host names and numbers of networks: host1;
//   - what follows password=, token: and the like, quoted text, subjects, long words that look like keys, and
//     words that are not ASCII: *;
//   - of paths, all but the first folder.
// The same word gets the same mask within one run.  An English-looking word that stands alone is kept: that
// is what makes the line useful, and why a person should look at it before it is sent.  One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace mta {

class Disguise {
 public:
  std::string Of(std::string_view text);

 private:
  enum class Looks { kPlain, kPerson, kHost, kSecret, kPath };

  static Looks LooksOf(std::string_view word);
  static Looks LooksBehind(std::string_view key);
  void Word(std::string_view word, bool is_host, Looks& behind, std::string& out);
  std::string Masked(Looks looks, std::string_view word);
  const std::string& Mask(std::string_view kind, size_t& count, std::string_view word);

  std::unordered_map<std::string, std::string> masks_;
  size_t users_ = 0;
  size_t hosts_ = 0;
};

}  // namespace mta
