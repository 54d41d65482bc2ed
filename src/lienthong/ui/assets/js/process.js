// Draws a BPMN process read-only, marks the steps that are done and the one it is at, and begins where it is.
import Viewer from "bpmn-js/lib/NavigatedViewer";

const READABLE = 0.85; // below this the names of the steps cannot be read

function show(canvas, elements) {
  canvas.zoom("fit-viewport", "auto");
  if (!elements.length || canvas.zoom() >= READABLE) return;
  const size = canvas.viewbox().outer;
  const width = size.width / READABLE;
  const height = size.height / READABLE;
  const [first] = elements;
  canvas.viewbox({ x: first.x + first.width / 2 - width / 2, y: first.y + first.height / 2 - height / 2, width, height });
}

async function draw(box) {
  const { xml, done, current, wrong = [] } = JSON.parse(document.getElementById(box.dataset.process).textContent);
  const viewer = new Viewer({ container: box });
  await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  const known = viewer.get("elementRegistry");
  const mark = (ids, name) => ids.map((id) => known.get(id)).filter(Boolean).map((element) => {
    canvas.addMarker(element, name);
    return element;
  });
  mark(done, "is-done");
  mark(wrong, "is-wrong");
  const here = mark(current, "is-now").filter((element) => element.width);
  show(canvas, here);
  const views = box.parentElement.querySelector(".lt-process__views");
  if (views && here.length) {
    views.hidden = false;
    views.addEventListener("click", (event) => {
      const view = event.target.dataset.view;
      if (view) show(canvas, view === "now" ? here : []);
    });
  }
  box.dataset.drawn = "1";
}

for (const box of document.querySelectorAll("[data-process]")) {
  draw(box).catch(() => { box.hidden = true; });
}
