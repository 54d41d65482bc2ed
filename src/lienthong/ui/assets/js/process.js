// Draws a BPMN process read-only and marks the steps that are done and the one it is at.
import Viewer from "bpmn-js/lib/NavigatedViewer";

async function draw(box) {
  const { xml, done, current } = JSON.parse(document.getElementById(box.dataset.process).textContent);
  const viewer = new Viewer({ container: box });
  await viewer.importXML(xml);
  const canvas = viewer.get("canvas");
  const known = viewer.get("elementRegistry");
  for (const [ids, mark] of [[done, "is-done"], [current, "is-now"]]) {
    for (const id of ids) if (known.get(id)) canvas.addMarker(id, mark);
  }
  canvas.zoom("fit-viewport", "auto");
  box.dataset.drawn = "1";
}

for (const box of document.querySelectorAll("[data-process]")) {
  draw(box).catch(() => { box.hidden = true; });
}
