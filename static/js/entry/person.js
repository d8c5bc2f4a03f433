// What the page knows of a person while they are typed: birthday, sex and age from the number, special circumstances
// behind one key, who signs, whose income a row can be. Complete numbers go on by themselves.

import {luhn, readNumber, squeeze} from "./identity.js";
import {blank} from "./flow.js";

export class People {
  constructor(form, flow, rail) {
    Object.assign(this, {form, flow, rail});
    this.today = form.dataset.today;
    this.asked = new Map();
    form.addEventListener("picked", (event) => this.special(event), true);
    form.addEventListener("leave", (event) => this.leave(event));
    form.addEventListener("input", (event) => { if (!event.isComposing) this.complete(event.target); });
    form.addEventListener("focusout", (event) => this.left(event.target));
    form.querySelectorAll("[data-person]").forEach((place) => this.adopt(place));
  }

  get keys() {
    return [...this.form.querySelectorAll("[data-person]")].map((place) => place.dataset.person);
  }

  field(key, name) {
    return this.form.querySelector(`[name="${key}-${name}"]`);
  }

  read(key, whole = true) {
    return readNumber(this.field(key, "id_number").value, this.today, {whole});
  }

  isBlank(key) {
    return key !== "a" && blank(this.form.querySelector(`tbody[data-row="${key}"]`));
  }

  isSomebody(key) {
    return ["id_number", "name"].some((name) => this.field(key, name).value.trim());
  }

  adopt(place) {
    const key = place.dataset.person;
    if (!key) return;
    const details = this.form.querySelector(`[data-details="${key}"]`);
    details.open = true;
    const special = this.form.querySelector(`[data-opens="${key}"]`);
    if (special.closest("[data-special-field]")) special.closest("[data-special-field]").hidden = false;
    this.fold(key);
  }

  // Details nobody opened stay out of the way; what is filled or wrong is always in sight.
  fold(key) {
    const details = this.form.querySelector(`[data-details="${key}"]`);
    let any = false;
    const said = [];
    details.querySelectorAll(".field").forEach((field) => {
      const one = field.querySelector("input");
      const held = field.querySelector("select, input[name]");
      const filled = held.type === "checkbox" ? held.checked : held.value !== "";
      const plainNo = held.name.endsWith("major_illness") && held.value === "no";
      field.hidden = !("active" in one.dataset) && !(filled && !plainNo) && !field.querySelector(".error");
      any ||= !field.hidden;
      if (filled && !plainNo) said.push(words(held));
    });
    details.hidden = !any;
    const more = details.closest("tr.more");
    if (more) more.hidden = !any && !more.querySelector(".error");
    const asked = this.field(key, "major_illness")?.value === "no";
    const summary = said.join("、").replace(/、([一二三四]级)/, "$1") || (asked ? "无" : "");
    const choice = this.form.querySelector(`[data-opens="${key}"]`).choice;
    choice.select.value = "";
    choice.words = "";
    choice.show(summary);
    if (key === "a") this.form.querySelector("[data-mirror=special]").textContent = summary;
  }

  special(event) {
    const key = event.target.dataset.opens;
    if (!key) return;
    event.preventDefault();
    if (!event.detail) {
      this.none(key);
      this.flow.next(event.target);
      return;
    }
    const group = [...this.form.querySelectorAll(`[data-details="${key}"] input[data-of="${event.detail}"]`)];
    if (event.detail === "illness") this.field(key, "major_illness").choice.set("yes");
    else if (event.detail === "away") this.field(key, "lives_elsewhere").checked = true;
    else group.forEach((one) => { one.dataset.active = ""; });
    this.fold(key);
    const first = group.find((one) => "active" in one.dataset);
    if (first) this.flow.focus(first); else this.field(key, "name").dispatchEvent(new Event("change", {bubbles: true}));
  }

  leave(event) {
    const one = event.target;
    if (one.dataset.opens) this.none(one.dataset.opens);
    if ("idNumber" in one.dataset && !this.numbered(one, true)) event.preventDefault();
  }

  // Enter or 0 says: asked, and nothing of the kind.
  none(key) {
    const illness = this.field(key, "major_illness");
    if (illness && illness.value === "" && this.isSomebody(key)) illness.choice.set("no");
    this.fold(key);
  }

  complete(one) {
    if ("idNumber" in one.dataset) { if (this.numbered(one, false) && readNumber(one.value, this.today)) this.flow.next(one); }
    else if ("phone" in one.dataset) { if (/^1\d{10}$/.test(squeeze(one.value))) this.flow.next(one); }
    else if ("account" in one.dataset) {
      const digits = squeeze(one.value);
      if (this.form.querySelector("[name=account_kind]").value === "passbook" || !/^\d{19}$/.test(digits)) return;
      if (luhn(digits)) this.flow.next(one); else this.say(one, "社保卡号有数字不对，对照卡面核对");
    }
  }

  // True where the number is right or is none that can be judged; says what is wrong as soon as it is complete.
  numbered(one, whole) {
    const key = one.name.split("-")[0];
    const kind = this.field(key, "id_kind").value;
    const read = ["", "resident"].includes(kind) ? readNumber(one.value, this.today, {whole}) : null;
    this.say(one, read?.wrong ? `${this.called(key)}${read.wrong.startsWith("第") ? "证件号" : ""}${read.wrong}` : "");
    if (read?.wrong) return false;
    if (read && one.value !== read.number) one.value = read.number;
    this.facts(key);
    return true;
  }

  called(key) {
    const number = this.form.querySelector(`tbody[data-row="${key}"] td[data-number]`)?.textContent;
    return key === "a" ? "申请人" : key[0] === "m" ? `第 ${number} 人` : `义务人 ${number} `;
  }

  facts(key) {
    const read = this.read(key);
    const known = read && !read.wrong ? read : null;
    const place = this.form.querySelector(`[data-person="${key}"]`);
    const put = (selector, text) => { const one = place.querySelector(selector); if (one) one.textContent = text; };
    put("[data-sex]", known?.sex ?? "--");
    put("[data-birth]", known?.birth ?? "--");
    put("[data-age]", known ? String(known.age) : "--");
    put("[data-facts]", known ? `${known.sex} ${known.age}` : "");
    if (key === "a") this.form.querySelector("[data-mirror=facts]").textContent = known ? `${known.sex} ${known.age}` : "";
  }

  // The sentence beside a control, in the words the server would use; "" takes it away.
  say(one, sentence) {
    const id = `${one.id}_error`;
    let line = document.getElementById(id);
    one.toggleAttribute("aria-invalid", Boolean(sentence));
    if (sentence) one.setAttribute("aria-invalid", "true");
    (one.closest(".field") ?? one.closest("td")).classList.toggle("wrong", Boolean(sentence));
    if (!sentence) { line?.remove(); one.removeAttribute("aria-describedby"); }
    else {
      if (!line) {
        line = document.createElement("p");
        line.className = "error";
        line.id = id;
        line.setAttribute("role", "alert");
        (one.closest(".field") ?? one.closest("tbody").querySelector("tr.more td:last-child")).prepend(line);
        if (one.closest(".field")) one.after(line);
      }
      line.textContent = sentence;
      one.setAttribute("aria-describedby", id);
    }
    const row = one.closest("tbody[data-row]")?.dataset.row;
    if (row) this.fold(row);
  }

  left(one) {
    const name = one.name ?? "";
    const [key, part] = name.split("-");
    if (part === "id_number" || part === "name") this.ask(key);
    if (name === "account_number") this.askAccount(squeeze(one.value));
    const fields = one.closest?.("[data-details]");
    if (fields) this.fold(fields.dataset.details);
  }

  // Once for a number, once more when the name is there; the answer stays in the rail.
  ask(key) {
    const read = this.read(key);
    const known = read && !read.wrong ? read : null;
    const name = this.field(key, "name").value.trim();
    const birth = known?.birth ?? this.field(key, "birth_date").value;
    const body = {id_number: known?.number ?? "", name: birth ? name : "", birth};
    const asked = JSON.stringify(body);
    if (this.asked.get(key) === asked) return;
    this.asked.set(key, asked);
    if (known || (name && birth)) this.rail.ask(key, body, this.called(key).trim()); else this.rail.forget(key);
  }

  askAccount(account) {
    if (this.asked.get("account") === account) return;
    this.asked.set("account", account);
    const kind = this.form.querySelector("[name=account_kind]").value;
    if (account.length >= 10) this.rail.ask("account", {account, account_kind: kind, id_number: this.field("a", "id_number").value}, "账户");
    else this.rail.forget("account");
  }

  changed(target) {
    const key = target.name?.split("-")[0];
    if (target.name?.endsWith("-id_number")) { this.facts(key); if (readNumber(target.value, this.today)) this.ask(key); }
    if (target.name === "programme") this.asked.clear(); // what excludes what depends on it
    if (target === this.form || target.name === "programme") this.keys.forEach((one) => { this.facts(one); if (!this.isBlank(one)) this.ask(one); });
    this.mirror();
    this.signers();
    this.owners();
  }

  mirror() {
    for (const name of ["id_number", "name"]) {
      this.form.querySelector(`[data-mirror=${name}]`).textContent = this.field("a", name).value || "--";
    }
    const people = this.keys.filter((key) => key[0] !== "o" && !this.isBlank(key));
    this.form.querySelector("[data-people]").textContent = people.length;
  }

  signers() {
    for (const key of this.keys) {
      const label = this.form.querySelector(`[data-consent="${key}"]`);
      const read = this.read(key);
      const name = this.field(key, "name").value.trim();
      label.hidden = key !== "a" && (this.isBlank(key) || !name || (read?.age ?? 18) < 18);
      label.querySelector("[data-consent-name]").textContent = name || this.called(key).trim();
    }
  }

  owners() {
    const names = this.keys.filter((key) => key[0] !== "o" && !this.isBlank(key))
      .map((key) => [key, this.field(key, "name").value.trim() || this.called(key)]);
    this.form.querySelectorAll("select[name$=-owner], select[name=recipient]").forEach((select) => {
      const now = select.value;
      select.replaceChildren(select.options[0], ...names.map(([key, name], place) => option(key, name, place + 1)));
      select.value = now;
      if (select.choice && document.activeElement !== select.choice.box) select.choice.show();
    });
  }
}

function option(value, label, number) {
  const made = new Option(`${number} ${label}`, value);
  Object.assign(made.dataset, {label, number: String(number)});
  return made;
}

function words(held) {
  if (held.type === "checkbox") return "不同住";
  if (held.name.endsWith("major_illness")) return held.value === "yes" ? "重病" : "";
  if (held.name.endsWith("self_care_failed")) return `自理 ${held.value} 项未达到`;
  return held.selectedOptions?.[0].dataset.label ?? held.value;
}
