// Long text saves in the background: two seconds after typing stops, and at once when somebody leaves or signs out. A
// copy stays in this browser's session until the server has confirmed the text, and is wiped then and at sign-out.
// Every page saves without this.
const WAIT = 2000;
const PREFIX = "nvap-draft:";
const SENT = "nvap-sent";
const pending = new Set();
let who = "";
let words = null;
let field = "";

export function keepDrafts(root = document) {
  words = root.querySelector("[data-nvap-draft-words]");
  who = (words && words.dataset.who) || "";
  settle();
  for (const holder of root.querySelectorAll("[data-nvap-draft]")) {
    const box = holder.querySelector("textarea");
    if (box && box.form) watch(box);
  }
  root.addEventListener("focusin", (event) => { if (event.target.form && event.target.id) field = event.target.id; });
  for (const link of root.querySelectorAll("[data-nvap-sign-out-link]")) link.addEventListener("click", leave);
  for (const form of root.querySelectorAll("[data-nvap-sign-out]")) form.addEventListener("submit", () => wipe(() => true));
  window.addEventListener("pagehide", () => { for (const send of pending) send(true); });
}

// Where somebody was writing, as the end of an address.
export function here() {
  return window.location.pathname + window.location.search + (field ? `#${field}` : "");
}

function watch(box) {
  const key = `${PREFIX}${who}:${window.location.pathname}:${box.name}`;
  const base = box.form.elements[`${box.name}--version`];
  const status = document.createElement("p");
  status.className = "nvap-source";
  status.setAttribute("role", "status");
  box.after(status);
  let timer = null;

  const send = async (leaving = false) => {
    window.clearTimeout(timer);
    pending.delete(send);
    const text = box.value;
    const body = new FormData();
    body.append("name", box.name);
    body.append("text", text);
    body.append("base", base ? base.value : "0");
    try {
      const token = box.form.elements.csrfmiddlewaretoken.value;
      const answer = await fetch("/plan/draft/", {
        method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "error", keepalive: leaving,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (box.value === text) forget(key);
      status.textContent = `${said("saved", "Saved")} ${found.saved}`;
    } catch {
      status.textContent = said("waiting", "Not saved yet: keep this page open");
    }
  };
  const typed = () => {
    write(key, JSON.stringify({ text: box.value, base: base ? base.value : "0" }));
    window.clearTimeout(timer);
    pending.add(send);
    timer = window.setTimeout(send, WAIT);
  };
  box.addEventListener("input", typed);
  box.form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    pending.delete(send);
    write(SENT, window.location.pathname);
  });
  restore(box, base, key, typed);
}

// A text that the server never confirmed comes back with the version that it was written on, so that what somebody
// else has saved since is shown beside it and not overwritten.
function restore(box, base, key, typed) {
  let left = null;
  try { left = JSON.parse(read(key)); } catch { forget(key); }
  if (!left || left.text === box.value) return forget(key);
  box.value = left.text;
  if (base) base.value = left.base;
  typed();
}

// After a form was sent and another page came, the server has it; on the page to sign in on, it may not. What somebody
// else left in this browser is wiped.
function settle() {
  const sent = read(SENT);
  const signingIn = window.location.pathname.startsWith("/sign-in");
  if (sent && sent !== window.location.pathname && !signingIn) wipe((key) => key.includes(`:${sent}:`));
  if (sent && !signingIn) forget(SENT);
  if (who) wipe((key) => !key.startsWith(`${PREFIX}${who}:`));
}

async function leave(event) {
  event.preventDefault();
  const address = new URL(event.currentTarget.href);
  await Promise.all([...pending].map((send) => send(true)));
  const back = new URL(address.searchParams.get("next") || "/", window.location.origin);
  if (field && back.searchParams.has("next")) {
    back.searchParams.set("next", here());
    address.searchParams.set("next", back.pathname + back.search);
  }
  window.location.assign(address);
}

function said(name, fallback) {
  return (words && words.dataset[name]) || fallback;
}

function keys() {
  try { return Object.keys(window.sessionStorage); } catch { return []; }
}

function read(key) {
  try { return window.sessionStorage.getItem(key); } catch { return null; }
}

function write(key, text) {
  try { window.sessionStorage.setItem(key, text); } catch { /* no room: the server's copy has to do */ }
}

function forget(key) {
  try { window.sessionStorage.removeItem(key); } catch { /* there was none */ }
}

function wipe(which) {
  for (const key of keys()) if (key.startsWith(PREFIX) && which(key)) forget(key);
}
