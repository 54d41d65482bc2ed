// Header and side menus on a phone; account menus close on Escape and on a click elsewhere.
export function startMenus(root) {
  root.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const target = document.getElementById(toggle.getAttribute("aria-controls"));
      const open = target.classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(open));
    }
    for (const menu of root.querySelectorAll("details.lt-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.lt-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
