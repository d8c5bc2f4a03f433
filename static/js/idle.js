// Five minutes before the session ends it says so, and any key or touch extends it. When it has ended, a layer asks for
// the password over the page: nothing typed is lost, and the cursor goes back to where it was.

import {announce} from "./announce.js";

const WARN_BEFORE = 300;
const QUIET_EXTEND = 300;

export function start() {
  const {idleSeconds, extendUrl, loginUrl} = document.body.dataset;
  const session = new Session(Number(idleSeconds), extendUrl, loginUrl);
  for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => session.touched(), {passive: true});
  setInterval(() => session.tick(), 1000);
  document.addEventListener("visibilitychange", () => session.tick());
}

class Session {
  constructor(seconds, extendUrl, loginUrl) {
    this.seconds = seconds;
    this.extendUrl = extendUrl;
    this.loginUrl = loginUrl;
    this.extended = Date.now();
    this.asking = false;
    this.warning = null;
    this.layer = null;
    // Another tab of the same desk keeps this one alive.
    this.others = "BroadcastChannel" in window ? new BroadcastChannel("aid-session") : null;
    if (this.others) this.others.onmessage = () => this.restarted();
  }

  get left() {
    return this.seconds - (Date.now() - this.extended) / 1000;
  }

  touched() {
    if (this.layer || this.left <= 0) return;
    if (this.warning || this.seconds - this.left > QUIET_EXTEND) this.extend();
  }

  tick() {
    if (this.layer) return;
    if (this.left <= 0) this.expire();
    else if (this.left <= Math.min(WARN_BEFORE, this.seconds / 2)) this.warn();
  }

  async extend() {
    if (this.asking) return;
    this.asking = true;
    try {
      const reply = await fetch(this.extendUrl, {
        method: "POST", headers: {"X-CSRFToken": token() ?? "", Accept: "application/json"}, redirect: "manual",
      });
      if (reply.ok) {
        this.restarted();
        this.others?.postMessage("extended");
      } else if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) this.expire();
    } catch {
      // Off the network: what is typed stays, and the next key tries again.
    } finally {
      this.asking = false;
    }
  }

  restarted() {
    this.extended = Date.now();
    this.warning?.remove();
    this.warning = null;
  }

  warn() {
    const minutes = Math.max(1, Math.ceil(this.left / 60));
    const words = `${minutes} 分钟后自动退出，按任意键继续。填写内容都在。`;
    if (!this.warning) {
      this.warning = document.createElement("div");
      this.warning.className = "toasts";
      const toast = document.createElement("div");
      toast.className = "toast";
      toast.append(document.createElement("p"));
      this.warning.append(toast);
      document.body.append(this.warning);
      announce(words);
    }
    const line = this.warning.querySelector("p");
    if (line.textContent !== words) line.textContent = words;
  }

  expire() {
    this.warning?.remove();
    this.warning = null;
    if (this.layer) return;
    const before = document.activeElement;
    this.layer = layer(this.loginUrl, async () => {
      await freshTokens();
      this.layer.close();
      this.layer.remove();
      this.layer = null;
      this.restarted();
      before?.focus?.();
    });
    document.body.append(this.layer);
    this.layer.showModal();
  }
}

function layer(loginUrl, done) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "again-h");
  dialog.innerHTML = `
    <h2 id="again-h">登录已过期，填写内容都在</h2>
    <p>再登录一次就回到原处，接着填。</p>
    <form class="stack" novalidate>
      <div class="field"><label for="again-name">用户名</label><input id="again-name" name="username" autocomplete="username"></div>
      <div class="field"><label for="again-word">密码</label><input id="again-word" name="password" type="password" autocomplete="current-password" aria-describedby="again-error"></div>
      <p class="error" id="again-error" role="alert"></p>
      <button class="btn main wide" type="submit">登录并继续</button>
    </form>`;
  const form = dialog.querySelector("form");
  // Esc would leave a page that can no longer be saved: the layer stays.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", token() ?? "");
    const error = dialog.querySelector(".error");
    try {
      const reply = await fetch(loginUrl, {method: "POST", body, redirect: "manual"});
      if (reply.type === "opaqueredirect") await done();
      else error.textContent = reply.status === 429 || reply.status === 403 ? "密码连续错 5 次，15 分钟后再试" : "用户名或密码不对，核对后再填";
    } catch {
      error.textContent = "网络断开，连上后再点一次";
    }
  });
  return dialog;
}

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
}

// A login changes the secret behind every token of the page: take one from a fresh copy of it.
async function freshTokens() {
  const reply = await fetch(location.href, {cache: "no-store"});
  const copy = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = copy.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (fresh) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh; });
}
