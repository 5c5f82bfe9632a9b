// Warns five minutes before a session ends for want of a request, and lets its owner stay (WCAG 2.2.1).
import { here } from "./drafts.js";

const WARN_BEFORE_MINUTES = 5;

export function watchSession(banner) {
  if (!banner) return;
  const words = banner.querySelector("[data-nvap-session-words]");
  const stay = banner.querySelector("[data-nvap-session-stay]");
  const minutes = Number(banner.dataset.minutes);
  let timer;

  const wait = () => {
    clearTimeout(timer);
    banner.hidden = true;
    words.textContent = "";
    timer = setTimeout(warn, (minutes - WARN_BEFORE_MINUTES) * 60 * 1000);
  };
  const warn = () => {
    banner.hidden = false;
    // Set after it is shown, so that a screen reader speaks it; focus stays where the person is working.
    words.textContent = words.dataset.words;
  };
  stay.addEventListener("click", async () => {
    const answer = await fetch(banner.dataset.ask, { credentials: "same-origin", redirect: "manual" });
    if (answer.ok) {
      wait();
      document.getElementById("main-content").focus();
    } else {
      window.location.assign(`${banner.dataset.ended}?next=${encodeURIComponent(here())}`);
    }
  });
  wait();
}
