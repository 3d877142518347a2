// The script of the landing page: it renews the figures in place.  The page does without it, too.
#pragma once

#include <string>
#include <string_view>

namespace mta {

// A failed try shows as a faded page; the next may succeed.  Only <header> and <main> are exchanged, so that
// scroll position and selection elsewhere stay.
constexpr std::string_view kLandingScript = R"js(
"use strict";
let renewals = 0;
async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["header", "main"]) document.querySelector(name).replaceWith(next.querySelector(name));
    document.documentElement.dataset.renewals = ++renewals;
    document.body.classList.remove("stale");
  } catch (error) {
    document.body.classList.add("stale");
  }
}
setInterval(renew, 10000);
)js";

// What a Content-Security-Policy allows the script by: 'sha256-...'.
std::string LandingScriptHash();

}  // namespace mta
