// The style sheet of the landing page.
#pragma once

#include <string_view>

namespace mta {

constexpr std::string_view kLandingStyle = R"css(
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --text: #1c2430; --soft: #5d6878; --line: #dde2e9;
  --link: #0b62c4; --good: #1f9d61; --warn: #d98a00; --bad: #d23f3f; --warn-ground: #fff4dd; --track: #e7ebf0; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1a2029; --text: #e4e9f0; --soft: #94a1b3;
  --line: #2b3440; --link: #6cb2ff; --good: #3cc486; --warn: #f0b040; --bad: #f27272; --warn-ground: #33290f;
  --track: #2b3440; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-top: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0; }
nav { margin-left: auto; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.soft { color: var(--soft); }
.lead { margin: .25rem 0 1.25rem; color: var(--soft); }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-width: 0; }
h2 { font-size: 1.1rem; margin: 0; display: flex; align-items: center; gap: .5rem; overflow-wrap: anywhere; }
h2 .chip:last-child { margin-left: auto; }
.chip { font-size: .75rem; font-weight: 600; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem;
  color: var(--soft); white-space: nowrap; }
.chip.good { color: var(--good); border-color: currentColor; }
.chip.warn { color: var(--warn); border-color: currentColor; }
.chip.bad { color: var(--bad); border-color: currentColor; }
.file { display: block; margin: .15rem 0 .9rem; color: var(--soft); font: .8rem/1.4 ui-monospace, Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
.bar { display: flex; gap: 2px; height: .6rem; border-radius: .3rem; overflow: hidden; background: var(--track); }
.bar i { flex: 0 1 0; min-width: 3px; }
i.sent { background: var(--good); } i.deferred { background: var(--warn); } i.bounced { background: var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: .35rem 0 0; padding: 0; list-style: none; font-size: .85rem; }
.legend i { display: inline-block; width: .6rem; height: .6rem; border-radius: .15rem; margin-right: .35rem; }
.reasons { margin: .35rem 0 0; font-size: .85rem; color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(2, 1fr); gap: .5rem 1rem; margin: .9rem 0 0; }
dt { font-size: .75rem; color: var(--soft); } dd { margin: 0; font-weight: 600; }
.warnings { margin: .9rem 0 0; padding: .5rem .75rem .5rem 1.75rem; border-radius: .4rem; background: var(--warn-ground);
  font-size: .85rem; overflow-wrap: anywhere; }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: .6rem; padding: 2rem; text-align: center; }
footer { padding-top: 1.25rem; padding-bottom: 2rem; font-size: .8rem; color: var(--soft); }
)css";

}  // namespace mta
