// Keys for people who do not lift their hands. "/" goes to the search, "?" lists the keys of this page, and anything
// with data-key is pressed for you. Nothing fires from one letter inside a field, nor while Chinese is being composed.

import {open} from "./dialog.js";

const everywhere = [["/", "查人"], ["?", "全部按键"], ["Tab", "下一项"], ["Esc", "关闭"]];

export function start(root) {
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const combination = name(event);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && event.key.length === 1;
    if (plain && (writing(event.target) || document.querySelector("dialog[open]"))) return;
    if (event.key === "?" || event.key === "？") {
      event.preventDefault();
      open(list());
      return;
    }
    if (plain && event.code === "Slash" && !event.shiftKey) {
      const find = document.getElementById("find");
      if (!find) return;
      event.preventDefault();
      find.focus();
      find.select();
      return;
    }
    const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === combination);
    if (!target || target.getAttribute("aria-disabled") === "true") return;
    // Enter is the focused thing's own; only where nothing is focused does it open what the page names.
    if (combination === "Enter" && event.target !== document.body && event.target.id !== "main") return;
    event.preventDefault();
    target.click();
  });
}

export function writing(element) {
  if (!element?.matches) return false;
  if (element.isContentEditable) return true;
  return element.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])");
}

export function name(event) {
  const keys = [];
  if (event.ctrlKey || event.metaKey) keys.push("Ctrl");
  if (event.altKey) keys.push("Alt");
  if (event.shiftKey && event.key.length > 1) keys.push("Shift");
  // With Alt a Mac layout yields another sign: the key's place is what counts.
  const place = /^(Key|Digit)(.)$/.exec(event.code ?? "");
  keys.push(place ? place[2] : event.key === " " ? "Space" : event.key);
  return keys.join("+");
}

function list() {
  const old = document.getElementById("keys");
  old?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys";
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "keys-h");
  const heading = document.createElement("h2");
  heading.id = "keys-h";
  heading.tabIndex = -1;
  heading.textContent = "全部按键";
  const rows = document.createElement("dl");
  rows.className = "keys";
  const here = [...document.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, words(one)]);
  const told = [...document.querySelectorAll("[data-keys] [data-does]")].map((one) => [one.textContent, one.dataset.does]);
  for (const [key, does] of [...here, ...told, ...everywhere]) {
    const term = document.createElement("dt");
    const sign = document.createElement("kbd");
    sign.textContent = key;
    term.append(sign);
    const meaning = document.createElement("dd");
    meaning.textContent = does;
    rows.append(term, meaning);
  }
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = "关闭按键表";
  form.append(close);
  dialog.append(heading, rows, form);
  document.body.append(dialog);
  return dialog;
}

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .sr").forEach((part) => part.remove());
  return element.dataset.keyWords ?? copy.textContent.trim();
}
