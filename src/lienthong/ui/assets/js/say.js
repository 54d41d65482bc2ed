// One short message at the foot of the page, read out by screen readers.
let timer;
export function say(text) {
  let box = document.querySelector(".lt-toast");
  if (!box) {
    box = document.createElement("div");
    box.className = "lt-toast";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, 4000);
}
