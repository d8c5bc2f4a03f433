// The entry page (A3) for hands that stay on the keys. Without any of this the page is a plain form that works.

import {enhanceAll} from "./choice.js";
import {Flow} from "./flow.js";
import {Grids} from "./grid.js";
import {People} from "./person.js";
import {Rail} from "./rail.js";
import {Saver} from "./save.js";
import {readCard} from "./reader.js";

const form = document.getElementById("entry");
if (form) start();

function start() {
  const grids = new Grids(form);
  enhanceAll(form);
  const flow = new Flow(form);
  const rail = new Rail(form);
  const people = new People(form, flow, rail);
  const saver = new Saver(form, rail);
  rail.heard = () => when(form, rail);
  grids.grown = (row) => {
    enhanceAll(row);
    people.adopt(row);
  };
  const changed = (event) => {
    grids.settle(event.target);
    people.changed(event.target);
    when(form, rail);
    rail.later();
    saver.later();
  };
  form.addEventListener("input", (event) => { if (!event.isComposing) changed(event); });
  form.addEventListener("change", changed);
  form.addEventListener("compositionend", changed);
  form.addEventListener("focusin", (event) => saver.moved(event.target));
  form.addEventListener("click", (event) => {
    const id = event.target.closest("button")?.id ?? "";
    if (id === "keep") saver.now();
    else if (id.startsWith("more-")) flow.focus(grids.fresh(id.slice(5)));
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "F9") rail.now();
    else if (event.key === "F2") readCard(form, people, event.target);
    else return;
    event.preventDefault();
  });
  people.changed(form);
  when(form, rail);
  rail.now();
  // The cursor waits where the first thing is missing; a summary of mistakes keeps the focus it has taken.
  if (!document.querySelector("[data-errors]")) flow.begin();
}

// Fields only some programmes, or some accounts, have.
function when(root, rail) {
  const programme = root.querySelector("[name=programme]").value;
  const holder = root.querySelector("[name=holder_name]").value.trim();
  const payee = root.querySelector("[name=a-name]").value.trim();
  const shown = {
    temporary: programme.startsWith("temporary"),
    single: programme === "dibao_single" || programme === "tekun",
    holder: Boolean(holder) && (holder !== payee || programme === "dibao_single" || programme === "tekun"),
  };
  root.querySelectorAll("[data-when]").forEach((place) => {
    const wrong = place.querySelector(".error, [aria-invalid=true]");
    place.hidden = !shown[place.dataset.when] && !wrong;
  });
  // A paper everybody brings shows at once; one that hangs on what the family claims when the server has said so.
  root.querySelectorAll("[data-paper]").forEach((label) => {
    const {paper, paperFor} = label.dataset;
    label.hidden = Boolean(programme) && !paperFor.split(" ").includes(programme) && !rail.wants(programme, paper);
  });
  const area = root.querySelector("[name=area]");
  const implied = {dibao_rural: "rural", dibao_urban: "urban"}[programme];
  if (implied && area.value !== implied) {
    area.value = implied;
    area.choice?.show();
  }
  if (area.choice) area.choice.box.dataset.skip = implied ? "" : "unless";
}
