#include "exporter/web/landing_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "exporter/web/delivery_summary.h"
#include "exporter/web/human_text.h"
#include "exporter/web/landing_script.h"
#include "exporter/web/landing_style.h"

namespace mta {
namespace {

constexpr int kRefreshSeconds = 10;  // as in landing_script.h
constexpr size_t kShownReasons = 4;
constexpr uint64_t kLagWorthAWarning = 1 << 20;

std::string Head() {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="{}"></noscript>
<title>mta_exporter</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 3h14v10H1z' fill='%231f9d61'/%3E%3Cpath d='M1 3l7 6 7-6' fill='none' stroke='%23fff' stroke-width='1.5'/%3E%3C/svg%3E">
<style>{}</style>
</head>
<body>
)",
                     kRefreshSeconds, kLandingStyle);
}

std::string Header(const PageHead& head) {
  return fmt::format(R"(<header>
<h1>mta_exporter</h1>
<span class="soft">{}</span>
<span class="chip {}">{}</span>
<nav><a href="{}">Metrics</a><a href="/-/healthy">Health</a><a href="/-/ready">Readiness</a><a href="/api/v1/status">Status as JSON</a></nav>
</header>
)",
                     Html(head.version), head.ready ? "good" : "warn", head.ready ? "ready" : "starting",
                     Html(head.telemetry_path));
}

std::string Lead(const std::vector<SourceStatus>& sources) {
  uint64_t all = 0;
  uint64_t own = 0;
  uint64_t known = 0;
  for (const SourceStatus& source : sources) {
    all += source.all_lines();
    own += source.own_lines();
    known += source.known_lines();
  }
  return fmt::format("<p class=\"lead\">{} {}, {} lines read, {} of the mail lines recognised</p>\n",
                     sources.size(), sources.size() == 1 ? "source" : "sources", HumanCount(all),
                     HumanShare(known, own));
}

// How the source is doing: a class of the style sheet, and words.
struct Condition {
  std::string_view style;
  std::string_view words;
};

Condition ConditionOf(const SourceStatus& source) {
  if (!source.up) return {"bad", "cannot be read"};
  if (source.lag_bytes >= kLagWorthAWarning) return {"warn", "behind"};
  if (!source.warnings.empty()) return {"warn", "warning"};
  return {"good", "reading"};
}

std::string Deliveries(const DeliverySummary& mail) {
  const uint64_t all = mail.sent + mail.deferred + mail.bounced;
  const auto figure = [&](std::string_view status, uint64_t count) {
    return fmt::format("<div class=\"{0}\"><dt>{0}</dt><dd>{1}<small>{2}</small></dd></div>\n", status,
                       HumanCount(count), all == 0 ? "" : HumanShare(count, all));
  };
  const auto part = [](std::string_view status, uint64_t count) {
    return count == 0 ? "" : fmt::format(R"(<i class="{}" style="flex-grow:{}"></i>)", status, count);
  };
  return fmt::format(
      "<dl class=\"mail\">\n{}{}{}</dl>\n<div class=\"bar\" aria-hidden=\"true\">{}{}{}</div>\n",
      figure("sent", mail.sent), figure("deferred", mail.deferred), figure("bounced", mail.bounced),
      part("sent", mail.sent), part("deferred", mail.deferred), part("bounced", mail.bounced));
}

// The value of a label as words.
std::string Words(std::string_view reason) {
  std::string words = Html(reason);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string Reasons(const DeliverySummary& mail) {
  const uint64_t failures = mail.deferred + mail.bounced;
  if (failures == 0) {
    return fmt::format("<p class=\"soft\">{}</p>\n",
                       mail.sent > 0 ? "Nothing was deferred or bounced." : "No delivery was seen yet.");
  }
  std::string list;
  for (size_t i = 0; i < std::min(mail.reasons.size(), kShownReasons); ++i) {
    const auto& [reason, count] = mail.reasons[i];
    list += fmt::format("<li style=\"--part:{}%\">{}<b>{}</b></li>\n", 100 * count / failures, Words(reason),
                        HumanCount(count));
  }
  return "<h3>Most frequent reasons</h3>\n<ol class=\"reasons\">\n" + list + "</ol>\n";
}

std::string Figures(const SourceStatus& source, const DeliverySummary& mail, double now_seconds) {
  const std::string last =
      source.last_line_seconds > 0
          ? fmt::format(R"(<span title="{}">{}</span>)", UtcTime(source.last_line_seconds),
                        HumanAge(now_seconds - source.last_line_seconds))
          : "none yet";
  return fmt::format(R"(<dl class="reading">
<div><dt>Last line</dt><dd>{}</dd></div>
<div><dt>Not read yet</dt><dd>{}</dd></div>
<div><dt>Recognised</dt><dd>{}</dd></div>
<div><dt>Lines a second</dt><dd>{}</dd></div>
<div><dt>Lines</dt><dd>{}</dd></div>
<div><dt>Open messages</dt><dd>{}</dd></div>
<div><dt>Position</dt><dd>{}</dd></div>
<div><dt>Other programs</dt><dd>{}</dd></div>
</dl>
)",
                     last, HumanBytes(source.lag_bytes), HumanShare(source.known_lines(), source.own_lines()),
                     HumanRate(source.lines_per_second), HumanCount(source.all_lines()),
                     mail.open_messages ? HumanCount(*mail.open_messages) : "-",
                     HumanBytes(source.position_bytes), HumanCount(source.foreign_lines));
}

std::string Warnings(const std::vector<std::string>& warnings) {
  if (warnings.empty()) return {};
  std::string list;
  for (const std::string& warning : warnings) list += "<li>" + Html(warning) + "</li>";
  return "<ul class=\"warnings\">" + list + "</ul>\n";
}

// About the exporter as a whole.
std::string Notes(std::vector<std::string> warnings, const StateStatus& state) {
  if (!state.warning.empty()) warnings.push_back(state.warning);
  const std::string list = Warnings(warnings);
  if (state.kept || !state.warning.empty()) return list;
  return list + "<p class=\"soft\">No state is kept: counters begin at 0 after a restart.</p>\n";
}

// Whose mail it is: as configured, or what `auto` has met so far.
std::string Mtas(const SourceStatus& source, const DeliverySummary& mail) {
  const bool met = source.mta == "auto" && !mail.mtas.empty();
  std::string chips;
  for (const std::string& mta : met ? mail.mtas : std::vector{source.mta})
    chips += "<span class=\"chip\">" + Html(mta) + "</span>";
  return chips;
}

std::string Card(const SourceStatus& source, const DeliverySummary& mail, double now_seconds) {
  const Condition condition = ConditionOf(source);
  return fmt::format(R"(<article>
<h2>{}{}<span class="chip {}">{}</span></h2>
<span class="file">{}</span>
)",
                     Html(source.name), Mtas(source, mail), condition.style, condition.words,
                     Html(source.file)) +
         Warnings(source.warnings) + Deliveries(mail) + Reasons(mail) + Figures(source, mail, now_seconds) +
         "</article>\n";
}

}  // namespace

std::string RenderLandingPage(const PageHead& head, const Publication& publication, double now_seconds) {
  const auto mail = SummariseDeliveries(*publication.view);
  std::string page = Head() + Header(head) + "<main>\n" + Lead(publication.sources) +
                     Notes(head.warnings, publication.state);
  if (publication.sources.empty()) page += "<p class=\"empty\">No log is being followed yet.</p>\n";
  page += "<div class=\"cards\">\n";
  for (const SourceStatus& source : publication.sources) {
    const auto known = mail.find(source.name);
    page += Card(source, known != mail.end() ? known->second : DeliverySummary{}, now_seconds);
  }
  page += fmt::format(
      "</div>\n<p class=\"soft\">As of {}; renewed every {} seconds. Deliveries count each recipient at each "
      "attempt, without hand-overs within this host.</p>\n</main>\n",
      UtcTime(now_seconds), kRefreshSeconds);
  return page.append("<script>").append(kLandingScript).append("</script>\n</body>\n</html>\n");
}

}  // namespace mta
