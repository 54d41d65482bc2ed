// Saves a form step while it is filled in: <div data-autosave="url" data-draft data-form-step> inside a <form>.
// Nothing typed is lost: what the server did not take is kept in this browser until it does.
const WAIT = 1200;
const TIMEOUT = 10000;
const RETRY = [3000, 10000, 30000];

export function startAutosave(root) {
  for (const box of root.querySelectorAll("[data-autosave]")) new Autosave(box);
}

class Autosave {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    if (!this.form) return;
    this.words = box.querySelector("[data-save-state]")?.dataset ?? {};
    this.state = box.querySelector("[data-save-state]");
    this.key = `lt-draft:${box.dataset.draft}:${box.dataset.formStep}`;
    this.tries = 0;
    this.sending = null;
    this.isLeaving = false;
    this.isDirty = false;
    box.addEventListener("input", () => this.changed(WAIT));
    box.addEventListener("change", (event) => this.changed(event.target.type === "file" ? 0 : 250));
    this.form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("online", () => this.isDirty && this.save());
    // A page kept whole by the browser is older than what it sent itself.
    window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.isDirty) this.save({ keepalive: true });
    });
    this.offerBuffer();
  }

  get version() {
    return this.box.dataset.draftVersion;
  }

  set version(value) {
    this.box.dataset.draftVersion = value;
    const field = this.box.querySelector('input[name="_version"]');
    if (field) field.value = value;
  }

  changed(wait) {
    this.isDirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // A save on its way goes first: the page sent must have seen it, or it would quarrel with itself.
  async leave(event) {
    clearTimeout(this.timer);
    if (this.sending) {
      event.preventDefault();
      if (this.isLeaving) return;
      this.isLeaving = true;
      const { submitter } = event;
      await this.sending;
      this.isLeaving = false;
      if (!this.box.querySelector("[data-save-question]")) this.form.requestSubmit(submitter);
      return;
    }
    this.isDirty = false;
    if (navigator.onLine) localStorage.removeItem(this.key);
    else this.buffer();
  }

  save(how) {
    clearTimeout(this.timer);
    if (this.sending) {
      this.isDirty = true;
      return;
    }
    this.isDirty = false;
    this.sending = this.send(how).finally(() => {
      this.sending = null;
      if (this.isDirty && this.tries === 0 && !this.isLeaving) this.changed(WAIT);
    });
  }

  async send({ keepalive = false } = {}) {
    const data = new FormData(this.form);
    data.set("_version", this.version);
    for (const name of ["_rows", "_refresh", "_remove_file"]) data.delete(name);
    const hasFile = [...data.values()].some((value) => value instanceof File && value.size > 0);
    this.say(this.words.saving);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), hasFile ? 12 * TIMEOUT : TIMEOUT);
    try {
      const answer = await fetch(this.box.dataset.autosave, {
        method: "POST",
        body: data,
        keepalive: keepalive && !hasFile,
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": this.box.dataset.csrf },
        signal: stop.signal,
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) this.saved(told, hasFile);
      else if (answer.status === 409) this.conflict(told);
      else if (answer.status === 422) this.say(told.message, true);
      else this.failed(answer.status === 403 || answer.status === 404 ? this.words.signedOut : this.words.retry);
    } catch {
      this.failed(navigator.onLine ? this.words.retry : this.words.offline);
    } finally {
      clearTimeout(timer);
    }
  }

  saved(told, hasFile) {
    this.tries = 0;
    this.version = told.version;
    localStorage.removeItem(this.key);
    this.say(told.message);
    for (const [path, text] of Object.entries(told.computed ?? {})) {
      const output = this.box.querySelector(`[data-computed="${CSS.escape(path)}"]`);
      if (output) output.textContent = text;
    }
    this.form.dispatchEvent(new CustomEvent("lt:saved", { bubbles: true, detail: told }));
    if (!hasFile) return;
    if (this.isLeaving && !this.isDirty) for (const input of this.form.querySelectorAll('input[type="file"]')) input.value = "";
    else window.location.reload();
  }

  failed(message) {
    this.isDirty = true;
    this.buffer();
    this.say(message, true);
    this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.tries, RETRY.length - 1)]);
    this.tries += 1;
  }

  buffer() {
    const pairs = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name[0] !== "_" && name !== "csrfmiddlewaretoken");
    try {
      localStorage.setItem(this.key, JSON.stringify(pairs));
    } catch {
      // A full or forbidden store leaves the text where it is: in the page.
    }
  }

  offerBuffer() {
    const kept = localStorage.getItem(this.key);
    if (!kept) return;
    this.ask(this.words.found, [
      [this.words.restore, () => this.restore(JSON.parse(kept))],
      [this.words.forget, () => localStorage.removeItem(this.key)],
    ]);
  }

  restore(pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
    for (const control of this.form.elements) {
      if (!control.name || control.name[0] === "_" || control.type === "file") continue;
      const wanted = values.get(control.name);
      if (control.type === "checkbox" || control.type === "radio") control.checked = (wanted ?? []).includes(control.value);
      else if (wanted) control.value = wanted[0];
    }
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
    this.save();
  }

  conflict(told) {
    this.tries = 0;
    this.buffer();
    this.ask(told.message, [
      [this.words.mine, () => this.choose(told.copy)],
      [this.words.theirs, () => { localStorage.removeItem(this.key); this.isDirty = false; window.location.reload(); }],
    ]);
  }

  async choose(copy) {
    const answer = await fetch(this.box.dataset.choose.replace("00000000-0000-0000-0000-000000000000", copy), {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": this.box.dataset.csrf },
    });
    if (answer.ok) {
      this.saved(await answer.json(), false);
      this.changed(0);
    } else this.failed(this.words.retry);
  }

  say(text, isBad = false) {
    if (!this.state || !text) return;
    this.state.textContent = text;
    this.state.classList.toggle("is-bad", isBad);
  }

  ask(text, choices) {
    this.box.querySelector("[data-save-question]")?.remove();
    const question = document.createElement("div");
    question.className = "usa-alert usa-alert--warning lt-save-question";
    question.setAttribute("role", "alert");
    question.dataset.saveQuestion = "";
    const body = document.createElement("div");
    body.className = "usa-alert__body";
    const words = document.createElement("p");
    words.className = "usa-alert__text";
    words.textContent = text;
    const buttons = document.createElement("div");
    buttons.className = "lt-buttons";
    body.append(words, buttons);
    for (const [label, act] of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "usa-button usa-button--outline usa-button--small";
      button.textContent = label;
      button.addEventListener("click", () => { question.remove(); act(); });
      buttons.append(button);
    }
    question.append(body);
    this.box.prepend(question);
    question.querySelector("button").focus();
  }
}
