// The summary takes the focus; each of its sentences leads into its field. The browser's own bubbles stay silent.

export function start(root) {
  root.querySelectorAll("form").forEach((form) => { form.noValidate = true; });
  const summary = root.querySelector("[data-errors]");
  if (!summary) return;
  summary.focus();
  if (!document.title.startsWith("错误")) document.title = `错误：${document.title}`;
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.matches("fieldset, td, div") ? target.querySelector("input, select, textarea") ?? target : target;
    (field.closest(".field, tr") ?? field).scrollIntoView({block: "center"});
    field.focus({preventScroll: true});
  });
}
