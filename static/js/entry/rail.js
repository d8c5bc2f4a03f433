// The rail beside the form: the running calculation, what is missing, who is known already. The server says all of it.

const PAUSE = 400;
const GLOW = 3000;

export class Rail {
  constructor(form) {
    this.form = form;
    this.beside = document.querySelector("[data-beside]");
    this.section = document.querySelector("[data-matches]");
    this.list = document.querySelector("[data-matches-list]");
    this.found = new Map();
    this.list.addEventListener("click", (event) => this.answer(event));
    this.beside.addEventListener("click", (event) => this.go(event));
  }

  get token() {
    return this.form.elements.csrfmiddlewaretoken.value;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = new AbortController();
    const programme = this.form.querySelector("[name=programme]").value;
    let said;
    try {
      const reply = await fetch(this.form.dataset.calculateUrl, {
        method: "POST", body: new FormData(this.form), headers: {Accept: "application/json"}, signal: this.running.signal,
      });
      if (!reply.ok) return;
      said = await reply.json();
    } catch {
      return; // off the network, or asked again meanwhile: the last figures stay
    }
    const changed = this.result !== undefined && this.result !== said.result;
    this.result = said.result;
    this.beside.innerHTML = said.html;
    if (changed) this.glow();
    for (const [key, words] of Object.entries(said.months)) this.put(`tbody[data-row="${key}"] [data-month]`, words);
    this.put("[data-month-total]", said.total);
    if (this.notes !== said.notes) this.form.querySelector("[data-paper-notes]").innerHTML = said.notes;
    this.notes = said.notes;
    this.wanted = {programme, papers: said.papers};
    this.heard();
  }

  // Whether the server, asked about this programme, wants that paper of this very family.
  wants(programme, paper) {
    return this.wanted?.programme === programme && this.wanted.papers.includes(paper);
  }

  put(selector, words) {
    const place = this.form.querySelector(selector);
    if (place) place.textContent = words;
  }

  glow() {
    const sum = this.beside.querySelector("dd.sum");
    sum?.classList.add("glow");
    setTimeout(() => sum?.classList.remove("glow"), GLOW);
  }

  async ask(key, body, whom) {
    const answered = [...this.form.querySelectorAll("[name=twin]")].map((one) => one.value.split(":")[0]);
    const programme = this.form.querySelector("[name=programme]").value;
    let said;
    try {
      const reply = await this.post(this.form.dataset.duplicatesUrl, {...body, answered, programme});
      said = await reply.json();
      if (reply.status === 429) said = {html: note(said.message)};
      else if (!reply.ok) return;
    } catch {
      return;
    }
    if (said.html) this.found.set(key, named(said.html, whom)); else this.found.delete(key);
    this.draw();
  }

  forget(key) {
    if (this.found.delete(key)) this.draw();
  }

  draw() {
    this.list.innerHTML = [...this.found.values()].join("");
    const number = this.list.querySelectorAll(".note").length;
    this.section.hidden = !number;
    const count = this.section.querySelector("[data-matches-count]");
    count.textContent = number ? `${number} 条` : "";
    count.className = number ? "badge bad" : "";
  }

  post(url, body) {
    return fetch(url, {
      method: "POST", body: JSON.stringify(body),
      headers: {Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.token},
    });
  }

  async answer(event) {
    const button = event.target.closest("[data-same]");
    const place = button?.closest("[data-twin]");
    if (!place) return;
    const same = button.dataset.same === "yes";
    const reply = await this.post(this.form.dataset.twinUrl, {ref: place.dataset.twin, same}).catch(() => null);
    if (!reply?.ok) return;
    const kept = document.createElement("input");
    Object.assign(kept, {type: "hidden", name: "twin", value: `${place.dataset.twin}:${button.dataset.same}`});
    this.form.append(kept);
    kept.dispatchEvent(new Event("change", {bubbles: true}));
    place.querySelector(".row").textContent = same ? "已记录：是同一人，用已有的证件号填" : "已记录：不是同一人";
  }

  go(event) {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({block: "center"});
    target.focus({preventScroll: true});
  }
}

// Which row of the form it is about, before the sentence.
function named(html, whom) {
  const made = document.createElement("div");
  made.innerHTML = html;
  made.querySelectorAll(".note b").forEach((title) => { title.prepend(`${whom}：`); });
  return made.innerHTML;
}

function note(words) {
  const made = document.createElement("div");
  made.className = "note warn";
  made.append(document.createElement("p"));
  made.firstChild.textContent = words;
  return made.outerHTML;
}
