// Counts the ticked rows and sums their amounts; the box in the head ticks the page. Fen are integers throughout.

export function start(root) {
  root.querySelectorAll("[data-bulk]").forEach((bar) => {
    const scope = (bar.dataset.bulk && document.getElementById(bar.dataset.bulk)) || document;
    const boxes = () => [...scope.querySelectorAll("tbody .tick input[type=checkbox]")];
    const all = scope.querySelector("thead .tick input[type=checkbox]");
    const words = bar.querySelector("p");
    const draw = () => {
      const ticked = boxes().filter((box) => box.checked);
      bar.querySelector("[data-bulk-count]").textContent = String(ticked.length);
      const sum = bar.querySelector("[data-bulk-sum]");
      if (sum) sum.textContent = `¥${money(ticked.reduce((total, box) => total + Number(box.dataset.amount ?? 0), 0))}`;
      boxes().forEach((box) => box.closest("tr").classList.toggle("on", box.checked));
      if (all) {
        all.checked = ticked.length > 0 && ticked.length === boxes().length;
        all.indeterminate = ticked.length > 0 && !all.checked;
      }
    };
    words.hidden = false;
    scope.addEventListener("change", (event) => {
      if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
      draw();
    });
    bar.addEventListener("click", (event) => {
      if (!event.target.closest("[data-bulk-clear]")) return;
      boxes().forEach((box) => { box.checked = false; });
      draw();
    });
    window.addEventListener("pageshow", draw);
    draw();
  });
}

export function money(fen) {
  const sign = fen < 0 ? "\u2212" : "";
  const whole = Math.abs(fen);
  const yuan = String(Math.floor(whole / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${yuan}.${String(whole % 100).padStart(2, "0")}`;
}
