// Enter goes to the next thing to fill, Shift+Enter back, arrows up and down in a grid; Enter never submits.
// The order is that of the page; what is seldom filled (data-skip) is passed over and reached by Tab.

import {announce} from "../announce.js";

export class Flow {
  constructor(form) {
    this.form = form;
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("picked", (event) => { if (!event.defaultPrevented) this.next(event.target); });
    document.addEventListener("keydown", (event) => this.block(event));
  }

  // Everything Tab reaches, in order.
  get stops() {
    return [...this.form.querySelectorAll("input:not([type=hidden]), textarea")]
      .filter((one) => !one.disabled && !one.readOnly && one.tabIndex >= 0 && one.getClientRects().length);
  }

  passes(one) {
    if ("active" in one.dataset) return false;
    const instead = one.dataset.unless && this.form.querySelector(`[name="${one.dataset.unless}"]`);
    if (instead) return instead.value.trim() !== "";
    if (one.dataset.skip === "unless") return one.value !== "";
    return "skip" in one.dataset;
  }

  begin() {
    const first = this.stops.find((one) => !this.passes(one) && one.type !== "checkbox" && !one.value.trim());
    this.focus(first ?? this.stops[0]);
  }

  focus(one) {
    one?.focus();
    one?.select?.();
  }

  next(from) {
    const stops = this.stops;
    const place = stops.indexOf(from);
    let rest = stops.slice(place + 1);
    if ("active" in from.dataset && !("active" in (rest.find((one) => !this.passes(one))?.dataset ?? {}))) {
      this.focus(this.back(from));
      return;
    }
    const row = from.closest("tbody[data-row]");
    if (row && blank(row)) rest = rest.filter((one) => one.closest("table") !== from.closest("table"));
    const target = rest.find((one) => !this.passes(one));
    if (target) this.focus(target); else announce("已到最后一项，按 Ctrl+Enter 提交审核");
  }

  // A group of details closes again: back to the key that opened it.
  back(from) {
    const key = from.closest("[data-details]").dataset.details;
    this.form.querySelectorAll(`[data-details="${key}"] [data-active]`).forEach((one) => { delete one.dataset.active; });
    return this.form.querySelector(`[data-opens="${key}"]`);
  }

  previous(from) {
    const stops = this.stops;
    const before = stops.slice(0, stops.indexOf(from)).reverse();
    this.focus(before.find((one) => !this.passes(one)));
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const one = event.target;
    if (!one.matches("input:not([type=hidden]), textarea")) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (event.shiftKey) { this.previous(one); return; }
      const leave = new CustomEvent("leave", {bubbles: true, cancelable: true});
      if (one.dispatchEvent(leave)) this.next(one);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey && one.closest("tbody[data-row]")) {
      event.preventDefault();
      this.across(one, event.key === "ArrowDown" ? 1 : -1);
    } else if ("box" in one.dataset && (event.key === "1" || event.key === "0")) {
      event.preventDefault();
      one.checked = event.key === "1";
      one.dispatchEvent(new Event("change", {bubbles: true}));
      this.next(one);
    }
  }

  across(one, step) {
    const rows = [...one.closest("table").querySelectorAll("tbody[data-row]")];
    const row = rows[rows.indexOf(one.closest("tbody")) + step];
    const cell = one.closest("td")?.cellIndex;
    this.focus(row?.rows[0].cells[cell]?.querySelector("input"));
  }

  block(event) {
    if (!event.altKey || event.ctrlKey || !/^Digit[1-5]$/.test(event.code)) return;
    event.preventDefault();
    const section = document.getElementById(`b${event.code.at(-1)}`);
    const inside = this.stops.filter((one) => section.contains(one) && !this.passes(one));
    section.scrollIntoView({block: "nearest"});
    this.focus(inside.find((one) => one.type !== "checkbox" && !one.value.trim()) ?? inside[0]);
  }
}

export function blank(row) {
  return [...row.querySelectorAll("input[name], select[name]")].every((one) => (one.type === "checkbox" ? !one.checked : !one.value.trim()));
}
