// Says so while the network is away.
export function startOffline(root) {
  const note = root.querySelector("[data-offline]");
  if (!note) return;
  const show = () => { note.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  root.addEventListener("htmx:sendError", () => { note.hidden = false; });
  show();
}
