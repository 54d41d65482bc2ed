// The idle session's last minute: an accessible dialog that counts down, in every tab alike. The server decides when
// a session ends; this only shows it, asks again for time, and keeps what was typed.
const KEY = "lt-session";
const WARN = 60;
const EVERY = 30_000;
const SECRET = /pass|mat-khau|code|otp|secret|token|csrf|card|identity|dinh-danh|cccd|cmnd|tax_code|birth/i;

export function startSession(root) {
  const marker = root.querySelector("[data-session]");
  keepTyped(root, marker !== null);
  if (!marker) return;
  const dialog = root.getElementById("session-dialog");
  const count = dialog.querySelector("[data-session-count]");
  const said = dialog.querySelector("[data-session-said]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(KEY) : null;
  let endsAt = Date.now() + Number(marker.dataset.remaining) * 1000;
  let over = false;
  let touchedAt = 0;

  const left = () => Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  const tell = (message) => {
    channel?.postMessage(message);
    try { localStorage.setItem(KEY, JSON.stringify({ ...message, at: Date.now() })); } catch { /* private mode: this tab only */ }
  };
  const hear = (message) => {
    if (message.over) end(message.leave);
    else if (message.endsAt > endsAt) { endsAt = message.endsAt; draw(); }
  };
  channel?.addEventListener("message", (event) => hear(event.data));
  if (!channel) window.addEventListener("storage", (event) => { if (event.key === KEY && event.newValue) hear(JSON.parse(event.newValue)); });

  function draw() {
    const seconds = left();
    if (seconds > WARN) {
      if (dialog.open) dialog.close();
      return;
    }
    count.textContent = String(seconds);
    if (!dialog.open) {
      said.textContent = dialog.dataset.said.replace("%s", String(seconds));
      dialog.showModal();
      dialog.querySelector("[data-session-stay]").focus();
    } else if (seconds === 30 || seconds === 10) {
      said.textContent = dialog.dataset.said.replace("%s", String(seconds));
    }
    if (seconds === 0) check();
  }

  async function ask(method) {
    const headers = { Accept: "application/json", "X-CSRFToken": marker.dataset.csrf };
    if (method === "GET") headers["X-Background"] = "1";
    const answer = await fetch(marker.dataset.session, { method, headers, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401) { tell({ over: true }); end(); return; }
    if (!answer.ok) return;
    const { remaining } = await answer.json();
    endsAt = Date.now() + remaining * 1000;
    if (method === "POST") tell({ endsAt });
    draw();
  }
  const check = () => ask("GET").catch(() => { /* offline: the next tick asks again */ });
  const stay = () => ask("POST").catch(() => { /* offline: the dialog stays */ });

  function end(leave) {
    if (over) return;
    over = true;
    saveTyped(root);
    // The text is kept, so nothing asks whether to leave (leaving.js).
    for (const form of root.querySelectorAll("form[data-keep]")) form.dispatchEvent(new Event("lt:saved", { bubbles: true }));
    const here = location.pathname + location.search;
    location.assign(leave ? "/" : `${marker.dataset.signIn}?next=${encodeURIComponent(here)}`);
  }

  // Typing is work too, though it asks nothing of the server: tell it at most once a minute.
  root.addEventListener("input", () => {
    if (over || dialog.open || Date.now() - touchedAt < 60_000) return;
    touchedAt = Date.now();
    stay();
  });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.querySelector("form").addEventListener("submit", () => { over = true; tell({ over: true, leave: true }); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  setInterval(draw, 1000);
  setInterval(() => { if (!document.hidden && left() > WARN) check(); }, EVERY);
  draw();
}

// Typed text survives the end of a session in this tab only. Numbers of identity, passwords and codes are never kept.
const place = () => `lt-typed:${location.pathname}${location.search}`;
const keeps = (field) => field.name && field.type !== "hidden" && field.type !== "password" && field.type !== "file"
  && !SECRET.test(field.name) && !SECRET.test(field.autocomplete || "") && !field.closest("[data-no-keep]");

export function saveTyped(root) {
  const typed = [];
  for (const field of root.querySelectorAll("main textarea, main input, main select")) {
    if (!keeps(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked !== field.defaultChecked) typed.push([field.name, field.value, field.checked]);
    } else if (field.value !== (field.tagName === "SELECT" ? initial(field) : field.defaultValue)) {
      typed.push([field.name, field.value, null]);
    }
  }
  try {
    if (typed.length) sessionStorage.setItem(place(), JSON.stringify(typed));
  } catch { /* storage refused: nothing to keep it in */ }
}

const initial = (select) => [...select.options].find((option) => option.defaultSelected)?.value ?? select.options[0]?.value ?? "";

function keepTyped(root, signedIn) {
  let stored;
  try { stored = sessionStorage.getItem(place()); } catch { return; }
  if (!stored || !signedIn) return;
  sessionStorage.removeItem(place());
  for (const [name, value, checked] of JSON.parse(stored)) {
    for (const field of root.querySelectorAll(`main [name="${CSS.escape(name)}"]`)) {
      if (!keeps(field)) continue;
      if (checked === null) field.value = value;
      else if (field.value === value) field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}
