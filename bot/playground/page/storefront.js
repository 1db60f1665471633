// Shows what happens behind the shop's page: the snippet, its calls, the codes this device holds, clock and device.
(function () {
  const by = (id) => document.getElementById(id);
  const list = document.body.dataset.list;
  const cell = (text) => Object.assign(document.createElement("td"), { textContent: text });
  const row = (...texts) => { const made = document.createElement("tr"); made.append(...texts.map(cell)); return made; };
  const time = (at) => new Date(at).toLocaleString("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

  function answer(call) {
    if (call.status === 200) return call.from === "device" ? "the code it holds" : "a new code";
    if (call.status === 0) return "no answer: PersonaClick is away";
    if (call.status === 404 && /over/.test(call.message)) return "404: the list is empty";
    if (call.status === 404) return "404: there is no such list";
    return `${call.status}: ${call.message || "refused"}`;
  }

  function said() {
    const code = by(`promo-code-${list}`)?.textContent ?? "";
    const last = window.shop.calls.at(-1);
    if (!last) return "Asking PersonaClick…";
    if (code && last.status === 200) return last.from === "device" ? "The same code again: this device holds it for two hours after the last page." : "A code of its own for this device.";
    if (code) return "The general code, for everybody alike.";
    if (document.body.dataset.known === "no") return "There is no such list, so nothing was used up.";
    if (last.status === 0) return "PersonaClick does not answer, so the offer is hidden.";
    return last.status === 404 ? "The list is empty, so the offer is hidden." : "PersonaClick refused, so the offer is hidden.";
  }

  function draw() {
    by("none").hidden = !by(`promo-offer-${list}`)?.hidden || !window.shop.calls.length;
    by("said").textContent = said();
    by("next").hidden = window.shop.calls[0]?.status !== 404 || document.body.dataset.known === "no";
    by("calls").tBodies[0].replaceChildren(...window.shop.calls.map((one) => row(one.id, answer(one), one.from)));
    const held = window.shop.held();
    by("held").tBodies[0].replaceChildren(...(held.length ? held.map((one) => row(one.id, one.code, time(one.until))) : [row("Nothing yet", "", "")]));
    by("clock").textContent = `${time(Date.now())}${window.shop.ahead() ? ", moved" : ""}`;
  }

  const open = () => location.reload();
  for (const one of document.querySelectorAll("[data-minutes]")) one.addEventListener("click", () => { window.shop.move(Number(one.dataset.minutes)); draw(); });
  by("now").addEventListener("click", () => { window.shop.move(null); draw(); });
  by("again").addEventListener("click", open);
  for (const device of ["1", "2"]) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: `Device ${device}` });
    made.setAttribute("aria-pressed", String(window.shop.device() === device));
    made.addEventListener("click", () => { window.shop.become(device); open(); });
    by("device").append(made);
  }
  by("choose").addEventListener("change", () => by("choose").submit());
  // The callback of a call comes after the call was told of.
  window.addEventListener("shop-called", () => setTimeout(draw));
  document.addEventListener("DOMContentLoaded", () => { by("shown").textContent = by("snippet").textContent.trimStart(); draw(); });
  setInterval(() => { by("clock").textContent = `${time(Date.now())}${window.shop.ahead() ? ", moved" : ""}`; }, 1000);
})();
