#include "collectors/qmail/report.h"

#include <algorithm>
#include <array>

#include "exporter/base/scanner.h"

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
  for (size_t at = report.rfind(kOpen); at != report.npos;
       at = at == 0 ? report.npos : report.rfind(kOpen, at - 1)) {
    const std::string_view code = EnhancedCodeAt(report.substr(at + kOpen.size()));
    if (!code.empty() && report.substr(at + kOpen.size() + code.size()).starts_with(')')) return code;
  }
  return {};
}

bool IsAddress(std::string_view word) {
  constexpr size_t kShortest = 2;  // ::
  constexpr size_t kLongest = 45;
  if (word.size() < kShortest || word.size() > kLongest) return false;
  const auto is_hex = [](char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'f'); };
  const auto colons = std::count(word.begin(), word.end(), ':');
  const auto dots = std::count(word.begin(), word.end(), '.');
  const bool v4 = colons == 0 && dots == 3;
  return std::all_of(word.begin(), word.end(),
                     [&](char c) { return c == '.' || (v4 ? IsDigit(c) : c == ':' || is_hex(c)); }) &&
         (v4 || colons >= 2);
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
  constexpr std::array<std::string_view, 5> kBehindAddress = {" accepted message", " does not like recipient",
                                                              " failed on DATA", " failed after I sent",
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
  constexpr std::string_view kAlwaysTemporary[] = {" but greeting failed./", " but my name was rejected./"};
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
