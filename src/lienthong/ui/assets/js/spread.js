// <form data-spread> with boxes [data-part="key"]: elsewhere on the page, [data-spread-of="key"] (or "" for all) tells how
// many of them are ticked in the words of data-words, and the bar beside it shows the share.
export function startSpread(root) {
  for (const form of root.querySelectorAll("form[data-spread]")) {
    const boxes = [...form.querySelectorAll("input[data-part]")];
    const places = [...root.querySelectorAll("[data-spread-of]")];
    const update = () => {
      for (const place of places) {
        const part = place.dataset.spreadOf;
        const ticked = boxes.filter((box) => box.checked && (part === "" || box.dataset.part === part)).length;
        const text = place.dataset.words.replace("#", ticked);
        if (place.textContent !== text) place.textContent = text;
        place.closest("li")?.querySelector("[data-spread-bar]")?.setAttribute("width", ticked);
      }
    };
    form.addEventListener("change", update);
    window.addEventListener("pageshow", update); // a browser going back puts the ticks of before
    update();
  }
}
