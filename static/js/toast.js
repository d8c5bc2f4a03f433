// A receipt leaves after ten seconds, but not while somebody is reaching for its 撤销.

const SECONDS = 10;

export function start(root) {
  root.querySelectorAll(".toasts [data-toast]").forEach(settle);
}

export function show(words) {
  let place = document.querySelector(".toasts");
  if (!place) {
    place = document.createElement("div");
    place.className = "toasts";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  const toast = document.createElement("div");
  toast.className = "toast";
  const line = document.createElement("p");
  line.textContent = words;
  toast.append(line);
  place.append(toast);
  settle(toast);
}

function settle(toast) {
  let held = false;
  let left = SECONDS;
  for (const [name, value] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
    toast.addEventListener(name, () => { held = value; });
  }
  const timer = setInterval(() => {
    if (held) return;
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    toast.remove();
  }, 1000);
}
