// A link with data-dialog opens that dialog; without JavaScript it leads to the page that asks the same question.

export function start(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal) return;
      event.preventDefault();
      open(dialog);
      return;
    }
    event.target.closest?.("[data-close]")?.closest("dialog")?.close();
  });
}

export function open(dialog) {
  const before = document.activeElement;
  dialog.showModal();
  // The name is read first; the dangerous button is never the first thing under the Enter key.
  dialog.querySelector("[autofocus], h2")?.focus();
  dialog.addEventListener("close", () => before?.focus?.(), {once: true});
}
