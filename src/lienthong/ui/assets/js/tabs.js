// [data-tabs] holds links to the ids of its panels; without scripts they are plain jumps within the page.
export function startTabs(root) {
  for (const tabs of root.querySelectorAll("[data-tabs]")) {
    const links = [...tabs.querySelectorAll('a[href^="#"]')];
    const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
    const choose = (index, focus) => {
      links.forEach((link, at) => {
        link.setAttribute("aria-selected", String(at === index));
        link.tabIndex = at === index ? 0 : -1;
        panels[at].hidden = at !== index;
      });
      if (focus) links[index].focus();
    };
    tabs.setAttribute("role", "tablist");
    links.forEach((link, index) => {
      link.setAttribute("role", "tab");
      link.id ||= `${panels[index].id}-tab`;
      link.setAttribute("aria-controls", panels[index].id);
      panels[index].setAttribute("role", "tabpanel");
      panels[index].setAttribute("aria-labelledby", link.id);
      panels[index].tabIndex = 0;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(history.state, "", link.hash);
        choose(index, false);
      });
      link.addEventListener("keydown", (event) => {
        const last = links.length - 1;
        const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last };
        if (!(event.key in next)) return;
        event.preventDefault();
        choose(next[event.key], true);
      });
    });
    const wanted = links.findIndex((link) => link.hash === location.hash);
    choose(wanted === -1 ? 0 : wanted, false);
  }
}
