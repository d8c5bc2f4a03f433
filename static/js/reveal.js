// Shows a number whole for 60 seconds. Where the server wants more first (a reason, a login) its own page asks.

const SECONDS = 60;

export function start(root) {
  root.querySelectorAll("[data-reveal]").forEach((place) => {
    const form = place.querySelector("form");
    if (!form) return; // put inside a <p>, which cannot hold a form
    const value = place.querySelector("[data-reveal-value]");
    const button = form.querySelector("button");
    const masked = value.textContent;
    const label = button.innerHTML;
    let timer;
    const hide = () => {
      clearInterval(timer);
      value.textContent = masked;
      button.innerHTML = label;
      delete place.dataset.shown;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if ("shown" in place.dataset) {
        hide();
        return;
      }
      button.setAttribute("aria-busy", "true");
      let whole;
      try {
        const reply = await fetch(form.action, {
          method: "POST", body: new FormData(form), headers: {Accept: "application/json"}, redirect: "error",
        });
        if (!reply.ok) throw new Error(String(reply.status));
        whole = (await reply.json()).value;
      } catch {
        form.submit();
        return;
      } finally {
        button.removeAttribute("aria-busy");
      }
      value.textContent = whole;
      place.dataset.shown = "";
      let left = SECONDS;
      button.textContent = `收起（${left} 秒）`;
      timer = setInterval(() => {
        left -= 1;
        if (left <= 0) hide(); else button.textContent = `收起（${left} 秒）`;
      }, 1000);
    });
    // Nothing whole stays behind in a page that is left open, printed or kept by the browser.
    window.addEventListener("pagehide", hide);
    window.addEventListener("beforeprint", hide);
  });
}
