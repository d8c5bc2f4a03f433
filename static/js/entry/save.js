// What is typed is on the server two seconds later, and at once when the cursor changes to another part.
// An older copy never overwrites a newer one; without a network or a login the page keeps everything and tries again.

const PAUSE = 2000;
const AGAIN = 5000;
const FLYING = "entry-flying";

export class Saver {
  constructor(form, rail) {
    Object.assign(this, {form, rail, busy: false, stopped: false});
    this.state = document.querySelector("[data-save-state]");
    this.more = document.querySelector("[data-save-more]");
    this.acts = document.querySelector("[data-save-acts]");
    this.kept = JSON.stringify(this.fields());
    form.addEventListener("submit", (event) => this.leaving(event));
    window.addEventListener("pageshow", () => { this.stopped = false; });
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => { if (this.failed) this.now(); });
    window.addEventListener("pagehide", () => this.last());
    this.landed();
  }

  // A save on its way arrives first: otherwise the page would meet its own newer copy.
  leaving(event) {
    this.stopped = true;
    if (!this.busy) return;
    event.preventDefault();
    const {submitter} = event;
    setTimeout(() => this.form.requestSubmit(submitter), 50);
  }

  // Every control by its name, as typed.
  fields() {
    const fields = {};
    for (const [name, value] of new FormData(this.form)) {
      if (!["csrfmiddlewaretoken", "version", "act"].includes(name)) (fields[name] ??= []).push(value);
    }
    return fields;
  }

  get body() {
    return {version: Number(this.form.elements.version.value), fields: this.fields()};
  }

  get isDirty() {
    return JSON.stringify(this.fields()) !== this.kept;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  moved(target) {
    const block = target.closest(".block")?.id;
    if (block && this.block && block !== this.block && this.isDirty) this.now();
    this.block = block ?? this.block;
  }

  async now() {
    clearTimeout(this.timer);
    if (this.stopped || this.conflict) return;
    if (this.busy) { this.later(); return; }
    const sent = this.body;
    const words = JSON.stringify(sent.fields);
    if (words === this.kept && !this.failed) return;
    this.busy = true;
    this.say("正在保存");
    try {
      await this.send(sent, words);
    } catch {
      this.fail("未联网，先别关闭本页", "填的都在本页，联网后自动保存");
    } finally {
      this.busy = false;
    }
  }

  async send(sent, words, again = true) {
    const reply = await this.rail.post(this.form.dataset.saveUrl, sent);
    if ((reply.status === 401 || reply.status === 403) && again && await this.freshToken()) { await this.send(sent, words, false); return; }
    if (reply.status === 401 || reply.status === 403) { this.loggedOut(); return; }
    const said = await reply.json();
    if (reply.status === 409) { this.clash(said); return; }
    if (!reply.ok) { this.fail("暂时没存上，先别关闭本页", said.detail ?? ""); return; }
    this.failed = false;
    this.kept = words;
    this.form.elements.version.value = said.version;
    this.acts.hidden = true;
    this.say(`已保存 ${said.at}`, "离开不会丢，回来接着填");
    if (location.pathname !== said.url) history.replaceState(null, "", said.url);
  }

  // A new login changes the secret behind the page's token: a fresh copy of the page has the new one.
  async freshToken() {
    const reply = await fetch(location.href, {cache: "no-store", headers: {Accept: "text/html"}});
    if (!reply.ok || reply.redirected) return false;
    const copy = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = copy.querySelector("#entry input[name=csrfmiddlewaretoken]")?.value;
    if (fresh) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((one) => { one.value = fresh; });
    return Boolean(fresh);
  }

  say(words, more) {
    this.state.textContent = words;
    if (more !== undefined) this.more.textContent = more;
  }

  fail(words, more) {
    this.failed = true;
    this.say(words, more);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), AGAIN);
  }

  loggedOut() {
    this.fail("登录已过期，填的都在本页", "");
    this.more.replaceChildren(link("另开一页登录", this.form.dataset.loginUrl), "，回到本页接着填");
  }

  clash(said) {
    this.conflict = true;
    this.say(said.message ?? said.detail, said.version ? "两份都留着，选一份接着填" : "");
    if (!said.version) return;
    const copy = document.createElement("button");
    copy.className = "btn";
    copy.type = "button";
    copy.textContent = "本页另存一份";
    copy.addEventListener("click", () => this.branch());
    this.acts.replaceChildren(link("打开另一份", said.url), " ", copy);
    this.acts.hidden = false;
  }

  // What this page holds goes on as a draft of its own.
  branch() {
    const fresh = crypto.randomUUID?.() ?? uuid();
    const old = /[0-9a-f-]{36}/.exec(this.form.dataset.saveUrl)[0];
    for (const name of ["saveUrl", "twinUrl"]) this.form.dataset[name] = this.form.dataset[name].replace(old, fresh);
    this.form.action = this.form.action.replace(old, fresh);
    this.form.elements.version.value = 0;
    this.conflict = false;
    this.kept = "";
    this.now();
  }

  last() {
    if (this.stopped || this.conflict || !this.isDirty) return;
    sessionStorage.setItem(FLYING, `${this.form.dataset.saveUrl} ${Date.now()}`);
    fetch(this.form.dataset.saveUrl, {
      method: "POST", body: JSON.stringify(this.body), keepalive: true,
      headers: {Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.rail.token},
    }).catch(() => {});
  }

  // The last save of a page that was reloaded may arrive after the page was made anew: then it is asked for once more.
  landed() {
    const [url, at] = (sessionStorage.getItem(FLYING) ?? "").split(" ");
    sessionStorage.removeItem(FLYING);
    if (url !== this.form.dataset.saveUrl || Date.now() - Number(at) > AGAIN) return;
    setTimeout(() => { if (!this.isDirty) location.reload(); }, PAUSE / 4);
  }
}

function link(words, url) {
  const made = document.createElement("a");
  Object.assign(made, {href: url, target: "_blank", rel: "noopener", textContent: words});
  return made;
}

// randomUUID exists on secure pages only.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return text.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
