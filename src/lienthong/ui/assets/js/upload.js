// .lt-upload takes dropped files into its file input.
export function startUploads(root) {
  const zone = (event) => event.target.closest?.(".lt-upload");
  for (const name of ["dragover", "dragleave", "drop"]) {
    root.addEventListener(name, (event) => {
      const box = zone(event);
      if (!box) return;
      box.classList.toggle("is-over", name === "dragover");
      if (name === "dragleave") return;
      event.preventDefault();
      const input = box.querySelector('input[type="file"]');
      if (name === "drop" && input && !input.disabled) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
}
