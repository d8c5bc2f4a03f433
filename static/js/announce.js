// One polite live region for the whole page: what changed without a reload is said here.

let region;

export function announce(words) {
  if (!region) {
    region = document.createElement("p");
    region.className = "sr";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  // A changed text is read out; the same text twice is not, hence the pause.
  setTimeout(() => { region.textContent = words; }, 50);
}
