// Editable tables: a blank row always waits at the end; F8 goes there. Rows keep the names the server knows.

import {blank} from "./flow.js";

const MOST = 30;

export class Grids {
  constructor(form) {
    this.form = form;
    this.grown = () => {};
    this.patterns = {};
    // The blank row is copied before anything is put into it.
    form.querySelectorAll("table[data-grid]").forEach((table) => {
      const row = [...table.querySelectorAll("tbody[data-row]")].at(-1);
      const key = row.dataset.row;
      const consent = form.querySelector(`[data-consent="${key}"]`);
      this.patterns[table.dataset.grid] = {table, key, row: row.cloneNode(true), consent: consent?.cloneNode(true)};
    });
  }

  rows(letter) {
    return [...this.patterns[letter].table.querySelectorAll("tbody[data-row]")];
  }

  settle(target) {
    const table = target.closest?.("table[data-grid]");
    if (table && !blank(this.rows(table.dataset.grid).at(-1))) this.grow(table.dataset.grid);
  }

  grow(letter) {
    const rows = this.rows(letter);
    if (rows.length >= MOST) return;
    const {key, row, consent} = this.patterns[letter];
    const fresh = `${letter}${Number(rows.at(-1).dataset.row.slice(1)) + 1}`;
    const first = Number(this.patterns[letter].table.dataset.first);
    const made = renamed(row.cloneNode(true), key, fresh);
    number(made, first + rows.length);
    rows.at(-1).after(made);
    if (consent) this.form.querySelector("[data-consents]").append(renamed(consent.cloneNode(true), key, fresh));
    this.grown(made);
  }

  // The first cell of the row that waits.
  fresh(letter) {
    return this.rows(letter).at(-1).querySelector("input:not([type=hidden])");
  }
}

function renamed(root, from, to) {
  const pattern = new RegExp(`\\b(id_)?${from}(?=\\b|-|_)`, "g");
  for (const one of [root, ...root.querySelectorAll("*")]) {
    for (const {name, value} of [...one.attributes]) {
      if (["id", "name", "for", "aria-describedby"].includes(name) || name.startsWith("data-")) {
        one.setAttribute(name, value.replace(pattern, (_, head = "") => `${head}${to}`));
      }
    }
  }
  return root;
}

function number(row, place) {
  row.querySelector("td[data-number]").textContent = place;
  row.querySelectorAll("[aria-label]").forEach((one) => {
    one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/\d+/, place));
  });
}
