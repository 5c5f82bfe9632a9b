// Long text saves in the background: two seconds after typing stops. A copy stays in this browser's session until the
// server has confirmed it. Every page saves without this.
const WAIT = 2000;
const PREFIX = "nvap-draft:";

export function keepDrafts(root = document) {
  for (const holder of root.querySelectorAll("[data-nvap-draft]")) {
    const box = holder.querySelector("textarea");
    if (box) watch(box);
  }
  for (const form of root.querySelectorAll("form[action*='sign-out']")) form.addEventListener("submit", wipeAll);
}

function watch(box) {
  const key = PREFIX + window.location.pathname + ":" + box.name;
  const status = document.createElement("p");
  status.className = "nvap-source";
  status.setAttribute("role", "status");
  box.after(status);
  const words = document.querySelector("[data-nvap-draft-words]");
  const said = (name, fallback) => (words && words.dataset[name]) || fallback;
  let timer = null;

  const send = async () => {
    const text = box.value;
    const form = box.form;
    const base = form.elements[box.name + "--version"];
    const body = new FormData();
    body.append("name", box.name);
    body.append("text", text);
    body.append("base", base ? base.value : "0");
    try {
      const answer = await fetch("/plan/draft/", {
        method: "POST", body, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }, redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (read(key) === text) forget(key);
      status.textContent = `${said("saved", "Saved")} ${found.saved}`;
    } catch {
      status.textContent = said("waiting", "Not saved yet: keep this page open");
    }
  };
  const typed = () => {
    write(key, box.value);
    window.clearTimeout(timer);
    timer = window.setTimeout(send, WAIT);
  };
  box.addEventListener("input", typed);
  const left = read(key);
  if (left !== null && left !== box.value) {
    box.value = left;
    box.focus();
    typed();
  }
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

function wipeAll() {
  try {
    for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(PREFIX)) forget(key);
  } catch { /* there was none */ }
}
