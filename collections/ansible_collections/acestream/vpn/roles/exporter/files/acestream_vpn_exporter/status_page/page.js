// SPDX-FileCopyrightText: 2026 acestream.vpn contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Keeps the page true without a reload: fetches its main part anew on each event, and every few seconds, and changes
// nothing but what differs, so that focus, scrolling, selections and opened details stay as they are.
"use strict";

(() => {
  const EVERY = 10_000; // Milliseconds between two refreshes without an event.
  const AFTERMATH = 2_000; // After an event: what follows from it is seen with the next look.
  const PATIENCE = 10_000; // How long an answer may take.
  const RETRY = 5_000; // Until a refused event stream is tried again.

  // Never with a user name or password from the address bar, which fetch would refuse.
  const here = location.origin + location.pathname;
  const main = document.getElementById("main");
  const live = document.getElementById("live");
  const lost = document.getElementById("lost");
  const announce = document.getElementById("announce");

  let ahead = 0; // By how much the host's clock is ahead of this one's, milliseconds.
  let fetching = false;
  let again = false;
  let soon = null;

  async function refresh() {
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    try {
      const answer = await fetch(`${here}?part=main`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) {
        tellLost("The exporter asks for its token: reload this page.");
      } else {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
        // A proxy in between may answer with a page of its own.
        if (!fresh) throw new Error(`status ${answer.status}`);
        const clock = Number(answer.headers.get("X-Host-Time"));
        if (clock) ahead = clock * 1000 - Date.now();
        show(fresh);
      }
    } catch {
      tellLost("The exporter cannot be reached.");
    } finally {
      fetching = false;
    }
    if (again) {
      again = false;
      refresh();
    }
  }

  function show(fresh) {
    const before = headline();
    const focused = document.activeElement;
    morph(main, fresh);
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    document.title = main.dataset.title;
    lost.hidden = true;
    live.hidden = false;
    live.textContent = "Live";
    document.body.classList.remove("lost");
    tick();
    // Only what matters is read aloud, and once.
    if (headline() !== before) announce.textContent = `${headline()}. ${document.getElementById("more").textContent}`;
  }

  function tellLost(what) {
    if (!lost.hidden) return;
    const at = new Date(Date.now() + ahead).toISOString().slice(11, 19);
    lost.textContent = `${what} Since ${at} UTC nothing new has come: what is shown may not be true any more.`;
    lost.hidden = false;
    live.textContent = "Not live";
    document.getElementById("more").textContent = `When last seen: ${headline()}`;
    document.getElementById("headline").textContent = "Not known at present";
    document.title = `Not known at present - ${document.querySelector("h1").textContent}`;
    document.body.classList.add("lost");
  }

  function headline() {
    return document.getElementById("headline").textContent;
  }

  // Make one tree equal to another one with as few changes as possible. Elements with data-key keep their identity.
  function morph(old, fresh) {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    const keyed = new Map([...old.children].filter((item) => item.dataset.key).map((item) => [item.dataset.key, item]));
    let place = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const key = next.dataset?.key;
      const match = key ? keyed.get(key) : alike(place, next) ? place : null;
      if (!match) {
        old.insertBefore(next, place);
        continue;
      }
      if (match === place) place = place.nextSibling;
      else old.insertBefore(match, place);
      if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
      else if (match.data !== next.data) match.data = next.data;
    }
    while (place) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
  }

  function alike(one, other) {
    return one && one.nodeName === other.nodeName && !one.dataset?.key;
  }

  // The two largest units, as the server writes them.
  function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    for (const [unit, size, smaller, part] of [["d", 86400, "h", 3600], ["h", 3600, "min", 60], ["min", 60, "s", 1]]) {
      if (whole >= size) {
        const rest = Math.floor((whole % size) / part);
        return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${smaller}` : ""}`;
      }
    }
    return `${whole} s`;
  }

  function tick() {
    const now = Date.now() + ahead;
    for (const item of main.querySelectorAll("time[data-tick]")) {
      const passed = (now - Date.parse(item.dateTime)) / 1000;
      item.textContent = duration(item.dataset.tick === "ago" ? passed : -passed);
    }
  }

  function follow() {
    const events = new EventSource(new URL("events", here));
    for (const name of ["hello", "transition", "gap"]) {
      events.addEventListener(name, () => {
        refresh();
        clearTimeout(soon);
        soon = setTimeout(refresh, AFTERMATH);
      });
    }
    events.addEventListener("error", () => {
      refresh();
      // It resumes by itself where the connection broke, and gives up where an answer refused it.
      if (events.readyState === EventSource.CLOSED) setTimeout(follow, RETRY);
    });
  }

  follow();
  refresh();
  setInterval(() => document.hidden || refresh(), EVERY);
  setInterval(() => document.hidden || tick(), 1000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
})();
