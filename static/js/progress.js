// Asks each second how far a job is. The answer: {done, total, words, finished, then}. Said aloud at every quarter only.

import {announce} from "./announce.js";

const TICK = 1000;
const PATIENCE = 30000;

export function start(root) {
  root.querySelectorAll("[data-progress-url]").forEach(follow);
}

function follow(place) {
  const words = place.querySelector(".label");
  const bar = place.querySelector("progress");
  words.removeAttribute("role");
  let quarter = 0;
  let wait = TICK;
  const ask = async () => {
    let answer;
    try {
      const reply = await fetch(place.dataset.progressUrl, {headers: {Accept: "application/json"}, cache: "no-store"});
      if (!reply.ok) throw new Error(String(reply.status));
      answer = await reply.json();
      wait = TICK;
    } catch {
      words.textContent = "暂时问不到进度，任务仍在进行";
      wait = Math.min(wait * 2, PATIENCE);
      setTimeout(ask, wait);
      return;
    }
    bar.max = answer.total;
    bar.value = answer.done;
    words.textContent = answer.words;
    if (answer.finished) {
      announce(answer.words);
      const then = answer.then || place.dataset.progressThen;
      if (then) location.assign(then); else location.reload();
      return;
    }
    const reached = answer.total ? Math.floor(4 * answer.done / answer.total) : 0;
    if (reached > quarter) {
      quarter = reached;
      announce(answer.words);
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, TICK);
}
