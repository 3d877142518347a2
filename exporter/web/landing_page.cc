#include "exporter/web/landing_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "exporter/web/delivery_summary.h"
#include "exporter/web/human_text.h"
#include "exporter/web/landing_style.h"

namespace mta {
namespace {

constexpr int kRefreshSeconds = 10;
constexpr size_t kShownReasons = 4;
constexpr uint64_t kLagWorthAWarning = 1 << 20;

uint64_t KnownLines(const SourceStatus& source) {
  return source.parsed_lines + source.ignored_lines;
}
uint64_t OwnLines(const SourceStatus& source) {
  return KnownLines(source) + source.unrecognized_lines;
}
uint64_t AllLines(const SourceStatus& source) {
  return OwnLines(source) + source.foreign_lines;
}

std::string Head() {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{}">
<title>mta_exporter</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 3h14v10H1z' fill='%231f9d61'/%3E%3Cpath d='M1 3l7 6 7-6' fill='none' stroke='%23fff' stroke-width='1.5'/%3E%3C/svg%3E">
<style>{}</style>
</head>
<body>
)",
                     kRefreshSeconds, kLandingStyle);
}

std::string Header(const PageHead& head) {
  const std::string docs =
      head.docs_url.empty() ? "" : fmt::format(R"(<a href="{}">Documentation</a>)", Html(head.docs_url));
  return fmt::format(R"(<header>
<h1>mta_exporter</h1>
<span class="soft">{}</span>
<span class="chip {}">{}</span>
<nav><a href="{}">Metrics</a><a href="/-/healthy">Health</a><a href="/-/ready">Readiness</a>{}</nav>
</header>
)",
                     Html(head.version), head.ready ? "good" : "warn", head.ready ? "ready" : "starting",
                     Html(head.telemetry_path), docs);
}

std::string Lead(const std::vector<SourceStatus>& sources) {
  uint64_t all = 0;
  uint64_t own = 0;
  uint64_t known = 0;
  for (const SourceStatus& source : sources) {
    all += AllLines(source);
    own += OwnLines(source);
    known += KnownLines(source);
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
  if (!source.warnings.empty()) return {"warn", "see below"};
  return {"good", "reading"};
}

std::string Deliveries(const DeliverySummary& mail) {
  const auto part = [](std::string_view kind, uint64_t count) {
    return count == 0 ? "" : fmt::format(R"(<i class="{}" style="flex-grow:{}"></i>)", kind, count);
  };
  const auto entry = [](std::string_view kind, uint64_t count) {
    return fmt::format(R"(<li><i class="{0}"></i>{1} {0}</li>)", kind, HumanCount(count));
  };
  return fmt::format("<div class=\"bar\">{}{}{}</div>\n<ul class=\"legend\">{}{}{}</ul>\n",
                     part("sent", mail.sent), part("deferred", mail.deferred), part("bounced", mail.bounced),
                     entry("sent", mail.sent), entry("deferred", mail.deferred),
                     entry("bounced", mail.bounced));
}

std::string Reasons(const DeliverySummary& mail) {
  if (mail.reasons.empty()) return {};
  std::string list;
  for (size_t i = 0; i < std::min(mail.reasons.size(), kShownReasons); ++i) {
    const auto& [reason, count] = mail.reasons[i];
    list += fmt::format("{}{}&nbsp;{}", i > 0 ? ", " : "", Html(reason), HumanCount(count));
  }
  return fmt::format("<p class=\"reasons\">Mostly {}</p>\n", list);
}

std::string Figures(const SourceStatus& source, double now_seconds) {
  const std::string last =
      source.last_line_seconds > 0
          ? fmt::format(R"(<span title="{}">{}</span>)", UtcTime(source.last_line_seconds),
                        HumanAge(now_seconds - source.last_line_seconds))
          : "none yet";
  return fmt::format(R"(<dl>
<div><dt>Last line</dt><dd>{}</dd></div>
<div><dt>Not read yet</dt><dd>{}</dd></div>
<div><dt>Lines</dt><dd>{}</dd></div>
<div><dt>Recognised</dt><dd>{}</dd></div>
<div><dt>Position</dt><dd>{}</dd></div>
<div><dt>Other programs' lines</dt><dd>{}</dd></div>
</dl>
)",
                     last, HumanBytes(source.lag_bytes), HumanCount(AllLines(source)),
                     HumanShare(KnownLines(source), OwnLines(source)), HumanBytes(source.position_bytes),
                     HumanCount(source.foreign_lines));
}

std::string Warnings(const SourceStatus& source) {
  if (source.warnings.empty()) return {};
  std::string list;
  for (const std::string& warning : source.warnings) list += "<li>" + Html(warning) + "</li>";
  return "<ul class=\"warnings\">" + list + "</ul>\n";
}

std::string Card(const SourceStatus& source, const DeliverySummary& mail, double now_seconds) {
  const Condition condition = ConditionOf(source);
  return fmt::format(R"(<article>
<h2>{}<span class="chip">{}</span><span class="chip {}">{}</span></h2>
<span class="file">{}</span>
)",
                     Html(source.name), Html(source.mta), condition.style, condition.words,
                     Html(source.file)) +
         Deliveries(mail) + Reasons(mail) + Figures(source, now_seconds) + Warnings(source) + "</article>\n";
}

}  // namespace

std::string RenderLandingPage(const PageHead& head, const Publication& publication, double now_seconds) {
  const auto mail = SummariseDeliveries(*publication.view);
  std::string page = Head() + Header(head) + "<main>\n" + Lead(publication.sources);
  if (publication.sources.empty()) page += "<p class=\"empty\">No log is being followed yet.</p>\n";
  page += "<div class=\"cards\">\n";
  for (const SourceStatus& source : publication.sources) {
    const auto known = mail.find(source.name);
    page += Card(source, known != mail.end() ? known->second : DeliverySummary{}, now_seconds);
  }
  page += fmt::format(
      "</div>\n</main>\n<footer>As of {}; renewed every {} seconds. Deliveries are counted once a recipient "
      "and "
      "attempt, hand-overs within this host left out.</footer>\n</body>\n</html>\n",
      UtcTime(now_seconds), kRefreshSeconds);
  return page;
}

}  // namespace mta
