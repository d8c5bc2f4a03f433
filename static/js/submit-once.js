// A second press while the first is on its way does nothing. The server is safe against it too: this spares the wait.

export function start(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "many" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return; // a part of the page sends it in its own way
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    if ("download" in form.dataset) setTimeout(() => free(form), 4000);
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[aria-disabled=true]");
    if (button) event.preventDefault();
  });
  // Coming back by the browser's arrow shows the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => root.querySelectorAll("form[data-sent]").forEach(free));
}

function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  if (form.id) document.querySelectorAll(`[form="${CSS.escape(form.id)}"][aria-busy]`).forEach((button) => button.removeAttribute("aria-busy"));
}
