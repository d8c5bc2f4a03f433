// Loads what a page asks for by its markup, and nothing else. Every page works without any of it.

const wanted = [
  ["form[method=post]:not([data-many])", "./submit-once.js"],
  ["[data-errors], form", "./errors.js"],
  ["[data-dialog], dialog", "./dialog.js"],
  [".toasts", "./toast.js"],
  ["[data-seconds-left]", "./clock.js"],
  ["[data-progress-url]", "./progress.js"],
  ["[data-reveal]", "./reveal.js"],
  ["[data-bulk]", "./bulk.js"],
  ["[data-secret]", "./secret.js"],
  ["body[data-idle-seconds]", "./idle.js"],
  ["#find, [data-key]", "./shortcuts.js"],
];

document.documentElement.classList.add("js");
const loading = wanted
  .filter(([selector]) => document.querySelector(selector))
  .map(([, path]) => import(path).then((module) => module.start(document)));
// Said once everything answers to keys: what drives the page from outside waits for it.
Promise.all(loading).then(() => { document.documentElement.dataset.ready = "yes"; });
