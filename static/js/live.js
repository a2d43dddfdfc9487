// The page of a session, which htmx renews. Says plainly when it has not been renewed for a while:
// the network is gone, the server is down, or somebody was signed out. And leaves open what a person
// has opened. Without this script the page says when it was made, and loads itself again.
"use strict";

(function () {
  // Three times in a row that no answer came.
  const PATIENCE_MS = 10_000;
  const ID = "session-now";
  const warning = document.getElementById("stale");
  const since = document.getElementById("stale-since");
  const part = () => document.getElementById(ID);
  let made = part().dataset.made;
  let at = Date.now();
  let opened = [];

  function judge() {
    const isRenewed = part().hasAttribute("hx-get");
    const isStale = isRenewed && Date.now() - at > PATIENCE_MS;
    if (isStale && warning.hidden) {
      since.textContent = made;
    }
    warning.hidden = !isStale;
  }

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // An answer that is another page, as that for signing in, is none.
    if (!event.detail.serverResponse.includes(`id="${ID}"`)) {
      event.detail.shouldSwap = false;
      return;
    }
    opened = [...part().querySelectorAll("details[open]")].map((details) => details.id);
  });

  document.body.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) {
      document.getElementById(id)?.setAttribute("open", "");
    }
    made = part().dataset.made;
    at = Date.now();
    judge();
  });

  setInterval(judge, 1000);
  // A telephone that was asleep, or a page out of the browser's memory: judged before it is believed.
  document.addEventListener("visibilitychange", judge);
  window.addEventListener("pageshow", judge);
})();
