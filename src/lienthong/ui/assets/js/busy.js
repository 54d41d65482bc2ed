// What takes longer than 300 ms shows itself; a form is sent once.
const PATIENCE = 300;

export function startBusy(root) {
  const bar = document.createElement("div");
  bar.className = "lt-progress";
  root.body.append(bar);
  let running = 0;
  let timer;
  const begin = () => {
    running += 1;
    clearTimeout(timer);
    timer = setTimeout(() => bar.classList.add("is-on"), PATIENCE);
  };
  const end = () => {
    running = Math.max(0, running - 1);
    if (running > 0) return;
    clearTimeout(timer);
    bar.classList.remove("is-on");
  };
  root.addEventListener("htmx:beforeRequest", begin);
  root.addEventListener("htmx:afterRequest", end);
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    begin();
    const button = event.submitter;
    if (button) setTimeout(() => { if (form.dataset.sent) button.classList.add("is-busy"); }, PATIENCE);
  });
  window.addEventListener("pageshow", () => {
    running = 0;
    end();
    for (const form of root.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
    }
  });
}
