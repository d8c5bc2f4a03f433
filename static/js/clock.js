// Hours and minutes of a 24-hour emergency, counted from what the server said was left: the desk's own clock may be wrong.

const TICK = 5000;

export function start(root) {
  const opened = Date.now();
  const clocks = [...root.querySelectorAll("[data-seconds-left]")].map((place) => ({
    place, words: place.querySelector("span"), left: Number(place.dataset.secondsLeft),
  }));
  const draw = () => {
    const passed = Math.floor((Date.now() - opened) / 1000);
    for (const {words, left} of clocks) {
      const now = left - passed;
      words.textContent = now >= 0 ? `剩 ${hours(now)}` : `已超 ${hours(-now)}`;
    }
  };
  draw();
  setInterval(draw, TICK);
  document.addEventListener("visibilitychange", draw);
}

export function hours(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
