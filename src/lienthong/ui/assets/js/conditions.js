// Shows and hides the questions of a form whose data-when conditions read other answers of the page.
// Answers of steps not on the page were judged by the server; a condition on them keeps its state.
export function startConditions(root) {
  for (const box of root.querySelectorAll("[data-form-step]")) {
    const form = box.closest("form");
    if (!form || !box.querySelector("[data-when]")) continue;
    const update = () => {
      for (const question of box.querySelectorAll("[data-when]")) {
        const told = JSON.parse(question.dataset.when).map((condition) => holds(condition, form));
        if (!told.includes(undefined)) question.hidden = told.includes(false);
        else if (told.includes(false)) question.hidden = true;
      }
    };
    box.addEventListener("input", update);
    box.addEventListener("change", update);
    update();
  }
}

function holds(condition, form) {
  if (condition.all) return every(condition.all.map((part) => holds(part, form)));
  if (condition.any) return not(every(condition.any.map((part) => not(holds(part, form)))));
  if (condition.not) return not(holds(condition.not, form));
  const found = read(form, condition.field);
  if (found === undefined) return undefined;
  if ("equals" in condition) return same(found, condition.equals);
  if ("in" in condition) return condition.in.some((option) => same(found, option));
  return (found.length > 0) === condition.present;
}

function every(parts) {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function not(value) {
  return value === undefined ? undefined : !value;
}

function same(found, wanted) {
  if (typeof wanted === "boolean") return found.includes("true") === wanted;
  if (typeof wanted === "number") return found.some((text) => Number(text.replaceAll(".", "").replace(",", ".")) === wanted);
  return found.includes(String(wanted));
}

// The non-empty texts given to a question, its parts included; undefined when it is not on the page.
function read(form, path) {
  const controls = [...form.elements].filter((control) => control.name === path || control.name?.startsWith(`${path}.`));
  if (controls.length === 0) return undefined;
  return controls
    .filter((control) => (control.type !== "checkbox" && control.type !== "radio") || control.checked)
    .map((control) => control.value.trim())
    .filter(Boolean);
}
