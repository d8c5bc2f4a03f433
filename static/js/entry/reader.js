// An ID-card reader, where the county has installed one: its own script puts `window.aidCardReader` on the page with
// `read(): Promise<{number, name, address}>`. Two seconds without an answer, and typing goes on.

const PATIENCE = 2000;

export async function readCard(form, people, target) {
  const light = document.querySelector("[data-reader]");
  const key = target.closest?.("[data-person]")?.dataset.person ?? "a";
  light.hidden = false;
  light.textContent = "正在读卡";
  const late = new Promise((resolve) => { setTimeout(() => resolve(null), PATIENCE); });
  const reading = window.aidCardReader ? window.aidCardReader.read().catch(() => null) : null;
  const card = await Promise.race([reading, late]);
  if (!card?.number) {
    light.textContent = "读卡器未连接，手工录入";
    return;
  }
  light.textContent = "已读卡";
  for (const [name, value] of [["name", card.name], ["hukou_address", card.address], ["id_number", card.number]]) {
    const field = people.field(key, name);
    if (!field || !value) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", {bubbles: true}));
  }
}
