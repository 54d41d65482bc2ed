// A kiosk prints its slip and comes back to the beginning; a desk's buttons have keys; a scanner's code opens what it names.
const RETURN = 25_000;
const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

export function startHall(root) {
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const slip = root.querySelector("[data-print-now]");
  if (slip) {
    window.addEventListener("load", () => window.print());
    setTimeout(() => location.replace(slip.dataset.return), RETURN);
  }
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target) || root.querySelector("dialog[open]")) return;
    const button = root.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  startCamera(root);
  startSorting(root);
}

// Pages are dragged into their order; the hidden field tells it when the form is next sent. The buttons do the same.
function startSorting(root) {
  for (const list of root.querySelectorAll("[data-sort]")) {
    const field = root.querySelector(`input[name="${CSS.escape(list.dataset.sort)}"]`);
    let held;
    for (const item of list.children) {
      item.draggable = true;
      item.addEventListener("dragstart", (event) => { held = item; event.dataTransfer.effectAllowed = "move"; });
      item.addEventListener("dragover", (event) => {
        if (!held || held === item) return;
        event.preventDefault();
        const { top, height } = item.getBoundingClientRect();
        item[event.clientY < top + height / 2 ? "before" : "after"](held);
      });
      item.addEventListener("drop", (event) => event.preventDefault());
      item.addEventListener("dragend", () => {
        held = undefined;
        field.value = [...list.children].map((child) => child.dataset.uuid).join(",");
      });
    }
  }
}

// Where the browser can read codes itself (BarcodeDetector), the camera takes the place of a hand scanner.
function startCamera(root) {
  const open = root.querySelector("[data-scan-camera]");
  if (!open || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  open.hidden = false;
  const field = root.getElementById(open.dataset.scanCamera);
  const view = root.getElementById("scan-view");
  let stream;
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    view.hidden = true;
    open.setAttribute("aria-pressed", "false");
  };
  open.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      open.nextElementSibling.hidden = false;
      return;
    }
    open.setAttribute("aria-pressed", "true");
    view.hidden = false;
    view.srcObject = stream;
    await view.play();
    const detector = new BarcodeDetector({ formats: ["qr_code", "code_128"] });
    const look = async () => {
      if (!stream) return;
      const [found] = await detector.detect(view).catch(() => []);
      if (!found) { setTimeout(look, 200); return; }
      stop();
      field.value = found.rawValue;
      field.form.requestSubmit();
    };
    look();
  });
}
