// Every request between Slack, the bot and PersonaClick, newest first.
import { el } from "./dom.js";

const NAMES = { slack: "Slack", bot: "Bot", personaclick: "PersonaClick", page: "Page", shopper: "Shopper" };
const KEPT = 300;
const name = (one) => el("span", { class: one }, NAMES[one] ?? one);

function pretty(detail) {
  try { return JSON.stringify(JSON.parse(detail), null, 2); } catch { return detail || "Nothing more to show."; }
}

export class Requests {
  constructor(box, filters) {
    Object.assign(this, { box, only: "", seen: new Set() });
    box.append(el("p", { class: "empty" }, "Nothing yet. Type /promo lists and watch."));
    const pick = (only) => {
      this.only = only;
      box.dataset.only = only;
      for (const one of filters.children) one.setAttribute("aria-pressed", String(one.dataset.only === only));
    };
    filters.append(...[["", "All"], ["slack", "Slack"], ["personaclick", "PersonaClick"]].map(([only, label]) => el("button", { type: "button", "data-only": only, onclick: () => pick(only) }, label)));
    pick("");
  }

  // An entry may be told twice and late: by the stream, and by the whole log after the stream was cut.
  add(one) {
    const key = `${one.at} ${one.from} ${one.what}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const bad = one.status >= 400 || (one.status === 0 && one.to !== "page");
    this.box.querySelector(".empty")?.remove();
    const status = !bad ? "" : one.status ? String(one.status) : "no answer";
    const detail = el("pre", {});
    const made = el("details", { class: [one.from, one.to].includes("personaclick") ? "personaclick" : "slack", ontoggle: () => { detail.textContent = pretty(one.detail); } }, el("summary", {},
      el("span", { class: "at" }, new Date(one.at * 1000).toLocaleTimeString("en-GB")),
      el("span", { class: "way" }, name(one.from), " → ", name(one.to)),
      el("span", { class: "what", title: one.what }, one.what),
      el("span", { class: bad ? "st bad" : "st" }, status), el("span", { class: "ms" }, `${Math.round(one.ms)} ms`)), detail);
    made.dataset.at = one.at;
    made.dataset.seen = key;
    let next = this.box.firstElementChild;
    while (next && Number(next.dataset.at) > one.at) next = next.nextElementSibling;
    this.box.insertBefore(made, next);
    while (this.box.childElementCount > KEPT) {
      this.seen.delete(this.box.lastElementChild.dataset.seen);
      this.box.lastElementChild.remove();
    }
  }
}
