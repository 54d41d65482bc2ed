// <form data-keep> asks before a page with unsent text is left. Autosaving code may fire "lt:saved" on the form.
export function startLeaving(root) {
  const dirty = new Set();
  root.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) dirty.add(form);
  });
  root.addEventListener("lt:saved", (event) => dirty.delete(event.target.closest("form[data-keep]")));
  root.addEventListener("submit", (event) => dirty.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size > 0) event.preventDefault();
  });
}
