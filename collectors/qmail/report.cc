#include "collectors/qmail/report.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "exporter/base/scanner.h"
#include "exporter/base/swar.h"

namespace mta::qmail {
namespace {

constexpr std::string_view kRemoteSaid = "Remote host said: ";

// `D.D…D.D…D` with one to three digits in each of the last two places, at the beginning of `text`.
std::string_view EnhancedCodeAt(std::string_view text) {
  constexpr size_t kMostDigits = 3;
  Scanner in(text);
  const std::string_view status = in.TakeWhile(IsDigit);
  if (status != "2" && status != "4" && status != "5") return {};
  for (int place = 0; place < 2; ++place) {
    if (!in.Take('.')) return {};
    const std::string_view digits = in.TakeWhile(IsDigit);
    if (digits.empty() || digits.size() > kMostDigits) return {};
  }
  const size_t size = text.size() - in.rest().size();
  if (in.Take('.') && IsDigit(in.peek())) return {};  // an address
  return text.substr(0, size);
}

bool HasReplyCode(std::string_view reply) {
  return reply.size() >= 3 && std::all_of(reply.begin(), reply.begin() + 3, IsDigit);
}

std::string_view LastOwnCode(std::string_view report) {
  constexpr std::string_view kOpen = "(#";
  if (report.find(kOpen.back()) == report.npos) return {};  // most have none, and to look backwards is slow
  for (size_t at = report.rfind(kOpen); at != report.npos;
       at = at == 0 ? report.npos : report.rfind(kOpen, at - 1)) {
    const std::string_view code = EnhancedCodeAt(report.substr(at + kOpen.size()));
    if (!code.empty() && report.substr(at + kOpen.size() + code.size()).starts_with(')')) return code;
  }
  return {};
}

// Four numbers with dots, or hexadecimal digits with two colons or more.
bool IsAddress(std::string_view word) {
  constexpr size_t kShortest = 2;  // ::
  constexpr size_t kLongest = 45;
  if (word.size() < kShortest || word.size() > kLongest) return false;
  size_t dots = 0, colons = 0, letters = 0;
  for (const char c : word) {
    if (IsDigit(c)) continue;
    if (c == '.') {
      ++dots;
    } else if (c == ':') {
      ++colons;
    } else if (ToLower(c) >= 'a' && ToLower(c) <= 'f') {
      ++letters;
    } else {
      return false;
    }
  }
  const bool v4 = colons == 0 && dots == 3 && letters == 0;
  return v4 || colons >= 2;
}

std::string_view AddressAt(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto ends = [](char c) { return c == ' ' || c == '/'; };
  std::string_view word(text.begin(), std::find_if(text.begin(), text.end(), ends));
  while (word.ends_with('.')) word.remove_suffix(1);
  return IsAddress(word) ? word : std::string_view{};
}

std::string_view AddressBefore(std::string_view text) {
  const size_t begin = text.find_last_of(" />");
  return AddressAt(begin == text.npos ? text : text.substr(begin + 1));
}

}  // namespace

// Every fifth character is one, so no branch looks at them.
void MakeReadable(std::string_view report, std::string& out) {
  out.assign(report);
  char* at = out.data();
  char* const end = at + out.size();
  for (; end - at >= 8; at += 8) {
    const uint64_t readable = ReplaceEach(LoadEight(at), '_', ' ');
    std::memcpy(at, &readable, sizeof readable);
  }
  for (; at < end; ++at) *at = *at == '_' ? ' ' : *at;
}

std::string_view EnhancedStatusOf(std::string_view report) {
  const size_t said = report.find(kRemoteSaid);
  if (said != report.npos) {
    const std::string_view reply = report.substr(said + kRemoteSaid.size());
    if (HasReplyCode(reply) && reply.size() > 4 && (reply[3] == ' ' || reply[3] == '-')) {
      const std::string_view code = EnhancedCodeAt(reply.substr(4));
      if (!code.empty()) return code;
    }
  }
  return LastOwnCode(report);
}

std::string_view RelayOf(std::string_view report) {
  const std::string_view own = report.substr(0, report.find(kRemoteSaid));
  if (const std::string_view first = AddressAt(own); !first.empty()) return first;
  constexpr std::string_view kConnected = "Connected to";
  if (const size_t at = own.find(kConnected); at != own.npos)
    return AddressAt(own.substr(at + kConnected.size()));
  // Patches put a sentence or the addresses of the message first.
  static constexpr std::array<std::string_view, 5> kBehindAddress = {
      " accepted message", " does not like recipient", " failed on DATA", " failed after I sent",
      " TLS transmitted message"};
  for (const std::string_view words : kBehindAddress) {
    if (const size_t at = own.find(words); at != own.npos) return AddressBefore(own.substr(0, at));
  }
  constexpr std::string_view kGivingUp = "/Giving up on ";
  const size_t at = report.rfind(kGivingUp);
  return at == report.npos ? std::string_view{} : AddressAt(report.substr(at + kGivingUp.size()));
}

bool SaysExpired(std::string_view report) {
  constexpr std::string_view kLine =
      "I'm not going to try again; this message has been in the queue too long.";
  static constexpr std::string_view kAlwaysTemporary[] = {" but greeting failed./",
                                                          " but my name was rejected./"};
  while (report.ends_with('/') || report.ends_with(' ')) report.remove_suffix(1);
  if (!report.ends_with(kLine)) return false;
  const size_t said = report.find(kRemoteSaid);
  if (said == report.npos) return true;
  const std::string_view own = report.substr(0, said);
  const std::string_view reply = report.substr(said + kRemoteSaid.size());
  const bool refused = HasReplyCode(reply) && reply.front() >= '5';
  return !refused || std::any_of(std::begin(kAlwaysTemporary), std::end(kAlwaysTemporary),
                                 [&](std::string_view words) { return own.ends_with(words); });
}

}  // namespace mta::qmail
