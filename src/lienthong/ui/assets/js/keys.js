// Keys of a list: j k choose, Enter opens, / searches, ? shows help. [data-list] holds rows marked data-row with one link.
const typing = (node) => node.closest("input, textarea, select, [contenteditable]");

export function startKeys(root) {
  const rows = () => [...root.querySelectorAll("[data-list] [data-row]")];
  const move = (by) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.classList.contains("is-chosen"));
    const next = at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
    if (at !== -1) all[at].classList.remove("is-chosen");
    all[next].classList.add("is-chosen");
    all[next].querySelector("a").focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || root.querySelector("dialog[open]")) return;
    const search = root.querySelector("[data-search-key]");
    const help = root.querySelector("dialog#keys");
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/" && search) search.focus();
    else if (event.key === "?" && help) help.showModal();
    else return;
    event.preventDefault();
  });
}
