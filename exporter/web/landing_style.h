// The style sheet of the landing page.
#pragma once

#include <string_view>

namespace mta {

constexpr std::string_view kLandingStyle = R"css(
:root { color-scheme: light dark; --ground: #f4f6f8; --card: #fff; --text: #1c2430; --soft: #5a6575; --line: #dde2e9;
  --link: #0b5cb8; --good: #1f9d61; --warn: #e09a12; --bad: #d23f3f; --good-text: #14734a; --warn-text: #8a5600;
  --bad-text: #b52a2a; --warn-ground: #fff4dd; --track: #e4eaf1; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --card: #1a2029; --text: #e4e9f0; --soft: #9aa7b8;
  --line: #2b3440; --link: #6cb2ff; --good: #36b77b; --warn: #e5a93a; --bad: #ee6a6a; --good-text: #58d69b;
  --warn-text: #f2bd59; --bad-text: #ff8d8d; --warn-ground: #33290f; --track: #2c3744; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
header, main { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding-top: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; letter-spacing: -.01em; }
nav { margin-left: auto; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
@media (max-width: 42rem) { nav { margin-left: 0; flex-basis: 100%; } }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.soft { color: var(--soft); }
.lead { margin: .35rem 0 1.25rem; color: var(--soft); }
.cards { display: grid; gap: 1rem; align-items: start; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem 1.1rem; min-width: 0; }
h2 { font-size: 1.15rem; margin: 0; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; overflow-wrap: anywhere; }
h2 .chip:last-child { margin-left: auto; }
h3 { font-size: .8rem; font-weight: 400; color: var(--soft); margin: .9rem 0 .3rem; }
.chip { font-size: .75rem; font-weight: 600; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem;
  color: var(--soft); white-space: nowrap; }
.chip.good { color: var(--good-text); border-color: currentColor; }
.chip.warn { color: var(--warn-text); border-color: currentColor; }
.chip.bad { color: var(--bad-text); border-color: currentColor; }
.file { display: block; margin: .15rem 0 0; color: var(--soft); font: .8rem/1.4 ui-monospace, Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
dl, dd, ol { margin: 0; padding: 0; }
.mail { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem .75rem; margin-top: .9rem; }
.mail dt { font-size: .8rem; color: var(--soft); }
.mail dt::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: .15rem; margin-right: .35rem; }
.sent dt::before, i.sent { background: var(--good); }
.deferred dt::before, i.deferred { background: var(--warn); }
.bounced dt::before, i.bounced { background: var(--bad); }
.mail dd { font-size: 1.4rem; font-weight: 650; line-height: 1.2; }
.mail small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); min-height: 1.2em; }
.bar { display: flex; gap: 2px; height: .6rem; margin-top: .4rem; border-radius: .3rem; overflow: hidden; background: var(--track); }
.bar i { flex: 0 1 0; min-width: 3px; }
article p { margin: .9rem 0 0; font-size: .875rem; }
.reasons { display: grid; gap: 3px; list-style: none; font-size: .875rem; }
.reasons li { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem .5rem; border-radius: .25rem;
  background: linear-gradient(var(--track), var(--track)) no-repeat 0 / var(--part) 100%; }
.reasons b { font-weight: 600; }
.reading { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem .75rem; margin-top: 1rem; padding-top: .8rem;
  border-top: 1px solid var(--line); }
.reading dt { font-size: .75rem; color: var(--soft); } .reading dd { font-size: .9rem; font-weight: 600; }
.warnings { margin: .8rem 0 0; padding: .5rem .75rem .5rem 1.75rem; border-radius: .4rem; background: var(--warn-ground);
  font-size: .875rem; overflow-wrap: anywhere; }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: .6rem; padding: 2rem; text-align: center; }
main { padding-bottom: 2rem; transition: opacity .3s; }
main > p:last-child { margin-top: 1.25rem; font-size: .8rem; }
.stale main { opacity: .5; }
)css";

}  // namespace mta
