#include "exporter/app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "exporter/app/config/near_miss.h"
#include "exporter/app/console/complain.h"
#include "exporter/base/version.h"

namespace mta {
namespace {

constexpr std::string_view kCommands[] = {"serve",    "scan",         "trace", "backfill",
                                          "coverage", "check-config", "help"};

// `mta_exporter [serve] [flags]`: the subcommand may be left out, its flags may not be mistaken for one.
std::vector<std::string> WithSubcommand(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool named = !words.empty() && !words.front().starts_with('-') && words.front() != "help";
  if (!words.empty() && words.front() == "help") words.front() = "--help";
  const bool about_all =
      !words.empty() && (words.front() == "--help" || words.front() == "-h" || words.front() == "--version");
  if (!named && !about_all) words.insert(words.begin(), "serve");
  // CLI11 would take the word after `--flag=` for the value; it is empty.
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--") || !words[i].ends_with('=')) continue;
    words[i].pop_back();
    words.emplace(words.begin() + static_cast<ptrdiff_t>(i) + 1);
  }
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  return words;
}

// The command that was called; the whole program where none was.
const CLI::App& Called(const CLI::App& app) {
  const auto called = app.get_subcommands();
  return called.empty() ? app : *called.front();
}

// What the first flag that the command does not know may have been meant to be.
std::string Guess(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* const option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  for (const std::string& word : command.remaining()) {
    const std::string guess = DidYouMean(std::string_view(word).substr(0, word.find('=')), flags);
    if (!guess.empty()) return "; " + guess;
  }
  return "";
}

}  // namespace

Command ParseCommandLine(int argc, const char* const* argv) {
  ServeFlags serve_flags;
  ScanFlags scan_flags;
  TraceFlags trace_flags;
  BackfillFlags backfill_flags;
  CoverageFlags coverage_flags;
  CheckConfigFlags check_flags;
  CLI::App app("Prometheus exporter for the logs of Postfix, sendmail and qmail", "mta_exporter");
  app.set_version_flag("--version", "mta_exporter " + ProgramVersion());
  app.require_subcommand(1);
  app.footer("Without a command it serves: mta_exporter serve --help tells its flags.");
  CLI::App* const serve = app.add_subcommand("serve", "follow the logs, answer GET /metrics (the default)");
  CLI::App* const scan = app.add_subcommand("scan", "read logs to their end, print the metrics");
  CLI::App* const trace = app.add_subcommand("trace", "what happened to a message");
  CLI::App* const backfill = app.add_subcommand("backfill", "old logs to OpenMetrics with timestamps");
  CLI::App* const coverage = app.add_subcommand("coverage", "how well a log is understood");
  CLI::App* const check = app.add_subcommand("check-config", "say what is wrong with a configuration file");
  AddServeFlags(*serve, serve_flags);
  AddScanFlags(*scan, scan_flags);
  AddTraceFlags(*trace, trace_flags);
  AddBackfillFlags(*backfill, backfill_flags);
  AddCoverageFlags(*coverage, coverage_flags);
  AddCheckConfigFlags(*check, check_flags);
  if (argc > 1 && argv[1][0] != '-' &&
      std::ranges::find(kCommands, std::string_view(argv[1])) == std::end(kCommands)) {
    std::cerr << "mta_exporter: unknown command " << argv[1]
              << ": it is serve, scan, trace, backfill, coverage or check-config (see mta_exporter --help)\n";
    return EndNow{kExitWrongUsage};
  }
  try {
    app.parse(WithSubcommand(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return EndNow{app.exit(error)};  // --help, --version
    const CLI::App& called = Called(app);
    const std::string name = &called == &app ? "" : " " + called.get_name();
    std::cerr << "mta_exporter: " << error.what() << Guess(called) << " (see mta_exporter" << name
              << " --help)\n";
    return EndNow{kExitWrongUsage};
  }
  if (scan->parsed()) return scan_flags;
  if (trace->parsed()) return trace_flags;
  if (backfill->parsed()) return backfill_flags;
  if (coverage->parsed()) return coverage_flags;
  if (check->parsed()) return check_flags;
  return serve_flags;
}

}  // namespace mta
