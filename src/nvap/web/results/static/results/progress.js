// While the worker computes, asks now and then how far it is. Without it, the link "Look again" does the same.
const EVERY_SECONDS = 4;
const LONGEST_MINUTES = 20;

function watch() {
  const shown = document.querySelector("[data-nvap-computation]");
  if (!shown) return;
  const end = Date.now() + LONGEST_MINUTES * 60 * 1000;
  const timer = setInterval(async () => {
    if (Date.now() > end) return clearInterval(timer);
    if (document.hidden) return;
    const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return clearInterval(timer);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-nvap-computation]");
    if (next) {
      shown.querySelector("[data-nvap-words]").textContent = next.querySelector("[data-nvap-words]").textContent;
      const bar = shown.querySelector("progress");
      const newBar = next.querySelector("progress");
      if (bar && newBar) {
        bar.max = newBar.max;
        bar.value = newBar.value;
      }
    } else {
      // The numbers are not exchanged under a reader's eyes: a link does that.
      clearInterval(timer);
      shown.querySelector("[data-nvap-words]").textContent = shown.dataset.done;
      shown.querySelector("progress")?.remove();
    }
  }, EVERY_SECONDS * 1000);
}
watch();
