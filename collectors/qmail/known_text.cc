#include "collectors/qmail/known_text.h"

#include <algorithm>
#include <iterator>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta::qmail {
namespace {

constexpr std::string_view kProblems[] = {
    // alerts
    "cannot start: ", "oh no! lost ", "out of memory, sleeping...", "unable to opendir ",
    "unable to append to bounce message; HELP!", "unable to reread control",
    "unable to switch back to queue directory",
    // warnings
    "unable to stat ", "unable to unlink ", "unable to create ", "unable to open ", "unable to utime ",
    "unable to start qmail-queue", "trouble injecting bounce message", "trouble marking ", "trouble reading ",
    "trouble opening ", "trouble writing to ", "trouble fsyncing ", "trouble in select",
    "unknown record type in ", "internal error: delivery report out of range",
    "qmail-clean unable to clean up ", "qmail-todo", "qmail-send unable to understand qmail-todo"};

constexpr std::string_view kIgnored[] = {
    // qmail 1.01
    "number of deliveries left before exiting: ", "local deliveries will be put on hold",
    "remote deliveries will be put on hold",
    // indimail
    "info: ", "srs: ", "local: ",
    // before the queue: not among the rejects of METRICS.md
    "qmail-", "CHKUSER ", "qlogenvelope: ", "qlogreceived: ", "simscan:[", "spamdyke[",
    "sslserver: ", "mailfront", "fixcrio: ", "greetdelay: ", "recordio: ", "vchkpw"};

// What recordio shows of a conversation: `PID < TEXT`, `PID > TEXT`.
bool IsRecordedTalk(std::string_view text) {
  Scanner in(text);
  return !in.TakeWhile(IsDigit).empty() && (in.Take(" < ") || in.Take(" > "));
}

template <size_t N>
bool BeginsWithOneOf(std::string_view text, const std::string_view (&beginnings)[N]) {
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

bool IsProblemText(std::string_view text) {
  return BeginsWithOneOf(text, kProblems);
}

bool IsIgnoredLine(std::string_view text) {
  return BeginsWithOneOf(text, kIgnored) || IsRecordedTalk(text);
}

}  // namespace mta::qmail
