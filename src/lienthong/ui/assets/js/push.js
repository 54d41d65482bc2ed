// <section data-push data-key="…"> lets this browser show messages: subscribing needs a script, removing a device does not.
import { say } from "./say.js";

const WORKER = "/push-worker.js";

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

async function hash(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function deviceName() {
  const agent = navigator.userAgent;
  const browsers = [["Edg", "Edge"], ["OPR", "Opera"], ["coc_coc", "Cốc Cốc"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]];
  const systems = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]];
  const found = (list) => (list.find(([mark]) => agent.includes(mark)) || ["", ""])[1];
  return [found(browsers), found(systems)].filter(Boolean).join(", ");
}

async function subscribe(section, form) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    tell(section, section.dataset.denied);
    return;
  }
  const worker = await navigator.serviceWorker.register(WORKER, { scope: "/" });
  await navigator.serviceWorker.ready;
  let made;
  try {
    made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(section.dataset.key) });
  } catch (error) {
    // A subscription under an older key of the platform stands in the way; it is of no use any more.
    const old = await worker.pushManager.getSubscription();
    if (error.name !== "InvalidStateError" || !old) throw error;
    await old.unsubscribe();
    made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(section.dataset.key) });
  }
  const { endpoint, keys } = made.toJSON();
  form.elements.endpoint.value = endpoint;
  form.elements.p256dh.value = keys.p256dh;
  form.elements.auth.value = keys.auth;
  form.elements.device.value = deviceName();
  form.submit();
}

function tell(section, text) {
  section.querySelector("[data-push-note]").textContent = text;
  say(text);
}

async function showOwn(section, form) {
  const worker = await navigator.serviceWorker.getRegistration("/");
  const own = worker && (await worker.pushManager.getSubscription());
  if (!own) return;
  const row = section.querySelector(`[data-device="${await hash(own.endpoint)}"]`);
  if (!row) return;
  row.querySelector("[data-this-device]").hidden = false;
  form.hidden = true;
  row.querySelector("form").addEventListener("submit", () => own.unsubscribe());
}

export function startPush(root) {
  const section = root.querySelector("[data-push]");
  if (!section) return;
  const form = section.querySelector("[data-push-form]");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window && window.isSecureContext)) {
    section.querySelector("[data-push-note]").textContent = section.dataset.unsupported;
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await subscribe(section, form);
    } catch {
      tell(section, section.dataset.failed);
    }
    button.disabled = false;
  });
  showOwn(section, form).catch(() => {});
}
