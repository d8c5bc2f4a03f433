// A select of numbered options as a combobox: one digit picks and goes on, pinyin initials or Chinese narrow it down,
// F4 opens it. The select stays in the form and holds the value; the box beside it only shows and asks.

const INSTANT = 20; // up to here one digit is enough; longer lists take a whole number and Enter
let sheet;
let owner = null;

export function enhanceAll(root) {
  root.querySelectorAll("select[data-choice]").forEach((select) => { if (!select.choice) select.choice = new Choice(select); });
}

class Choice {
  constructor(select) {
    this.select = select;
    this.box = document.createElement("input");
    const {box} = this;
    box.className = "choice";
    box.choice = this;
    for (const [name, value] of Object.entries({
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-haspopup": "listbox",
      "aria-expanded": "false", "aria-autocomplete": "list", id: select.id,
    })) box.setAttribute(name, value);
    for (const name of ["aria-label", "aria-describedby", "aria-invalid", "data-skip", "data-of", "data-unless"]) {
      if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
    }
    if ("special" in select.dataset) box.dataset.opens = select.dataset.special;
    select.id += "__value";
    select.hidden = true;
    select.before(box);
    this.typing = false;
    box.addEventListener("focus", () => { box.select(); if (!select.value && !this.words) this.open(); });
    box.addEventListener("blur", () => this.settle());
    box.addEventListener("mousedown", () => { if (document.activeElement === box) this.toggle(); });
    box.addEventListener("input", (event) => { event.stopPropagation(); this.typing = true; this.open(box.value); });
    box.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  get options() {
    return [...this.select.options].filter((option) => option.value);
  }

  get isOpen() {
    return owner === this;
  }

  // What the box says; a special box says what was opened through it.
  show(words) {
    this.words = words ?? this.words ?? "";
    const picked = this.select.selectedOptions[0];
    this.box.value = this.words || (picked?.value ? picked.dataset.label : "");
    this.typing = false;
  }

  matches(text) {
    const typed = text.trim().toLowerCase();
    if (!typed) return this.options;
    return this.options.filter(({dataset}) => dataset.number?.startsWith(typed) || dataset.label.includes(typed)
      || (dataset.initials ?? "").split(" ").some((initials) => initials.startsWith(typed)));
  }

  open(text = "") {
    const found = this.matches(text);
    sheet ??= makeSheet();
    owner = this;
    sheet.replaceChildren(...found.map((option, place) => line(option, place, this.options.length)));
    sheet.hidden = !found.length;
    this.found = found;
    this.box.setAttribute("aria-expanded", String(!sheet.hidden));
    this.box.setAttribute("aria-controls", sheet.id);
    this.moved = false;
    this.mark(text.trim() ? 0 : found.findIndex((option) => option.selected));
    place(this.box);
  }

  close() {
    if (!this.isOpen) return;
    sheet.hidden = true;
    owner = null;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  toggle() {
    if (this.isOpen && !sheet.hidden) this.close(); else this.open();
  }

  mark(place) {
    this.at = place;
    [...sheet.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === place)));
    const active = sheet.children[place];
    if (active) {
      this.box.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({block: "nearest"});
    } else this.box.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const stop = () => { event.preventDefault(); event.stopPropagation(); };
    if (event.key === "F4" || (event.altKey && event.key === "ArrowDown")) { stop(); this.toggle(); return; }
    if (event.key === "Escape" && this.isOpen && !sheet.hidden) { stop(); this.close(); this.show(); return; }
    if (this.isOpen && !sheet.hidden && plain && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      stop();
      this.moved = true;
      const {length} = this.found;
      this.mark((this.at + (event.key === "ArrowDown" ? 1 : -1) + length) % length);
      return;
    }
    if (event.key === "Enter" && plain && !event.shiftKey && (this.typing || this.moved)) {
      stop();
      const chosen = this.isOpen && this.found[this.at];
      if (chosen) this.pick(chosen.value); else this.box.select();
      return;
    }
    if (event.key === "Delete" && plain) { stop(); this.pick("", false); return; }
    if (plain && /^[0-9]$/.test(event.key) && !this.typing && this.options.length <= INSTANT) {
      stop();
      const option = this.options.find(({dataset}) => dataset.number === event.key);
      if (event.key === "0") this.pick(""); else if (option) this.pick(option.value);
    }
  }

  pick(value, onwards = true) {
    this.set(value);
    this.select.dispatchEvent(new Event("change", {bubbles: true}));
    if (onwards) this.box.dispatchEvent(new CustomEvent("picked", {bubbles: true, detail: value}));
  }

  set(value) {
    this.select.value = value;
    this.close();
    this.show();
  }

  // Leaving takes what was typed where it can only mean one thing; anything else falls back to what was chosen.
  settle() {
    if (this.typing) {
      const found = this.box.value.trim() ? this.matches(this.box.value) : [];
      if (found.length === 1) this.pick(found[0].value, false);
      else this.show();
    }
    this.moved = false;
    this.close();
  }
}

function makeSheet() {
  const made = document.createElement("ul");
  made.id = "options";
  made.className = "options";
  made.setAttribute("role", "listbox");
  made.setAttribute("aria-label", "选项");
  made.hidden = true;
  made.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && owner) owner.pick(owner.found[Number(option.dataset.place)].value);
  });
  (document.getElementById("main") ?? document.body).append(made);
  const follow = () => { if (owner && !made.hidden) place(owner.box); };
  window.addEventListener("scroll", follow, {passive: true, capture: true});
  window.addEventListener("resize", follow);
  return made;
}

function line(option, index, total) {
  const made = document.createElement("li");
  made.id = `options-${index}`;
  made.dataset.place = index;
  made.setAttribute("role", "option");
  const number = option.dataset.number ?? "";
  if (number && (number.length === 1 || total > INSTANT)) {
    const key = document.createElement("kbd");
    key.textContent = number;
    made.append(key);
  }
  made.append(option.dataset.label);
  return made;
}

function place(box) {
  const edge = box.getBoundingClientRect();
  const below = window.innerHeight - edge.bottom;
  sheet.style.minInlineSize = `${edge.width}px`;
  sheet.style.insetInlineStart = `${Math.max(0, Math.min(edge.left, window.innerWidth - sheet.offsetWidth - 8))}px`;
  const above = below < sheet.offsetHeight + 8 && edge.top > below;
  sheet.style.insetBlockStart = above ? `${Math.max(0, edge.top - sheet.offsetHeight)}px` : `${edge.bottom}px`;
}
