// The stand-in PersonaClick: lists with live counts, shoppers, faults.
import { el, icon, number, post, still } from "./dom.js";
import { runAhead } from "./text.js";

const LOW = 500;
// As many shoppers as show a list's whole story, from healthy to empty, within minutes.
const [FAST, FAST_SHOPPERS] = [1440, 12000];
const CARRIED_OUT = new Set(["late", "empty", "cut_after", "error_after"]);

// Counts from what stands there to `to`, so that a change is seen.
function count(node, from, to) {
  if (still() || document.hidden) { node.textContent = number(to); return; }
  const begun = performance.now();
  const turn = (node.turn = (node.turn ?? 0) + 1);
  const step = (now) => {
    if (turn !== node.turn) return;
    const part = Math.min(1, (now - begun) / 600);
    node.textContent = number(Math.round(from + (to - from) * (1 - (1 - part) ** 3)));
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

export class Shop {
  constructor(box, onreceived) {
    Object.assign(this, { rows: new Map(), onreceived, key: "", received: undefined, calm: 0 });
    this.total = el("p", { class: "total" });
    this.body = el("tbody");
    this.rate = el("input", { type: "range", min: "0", max: "1200", step: "10", value: "0", "aria-label": "Codes that shoppers take a minute" });
    this.rate.addEventListener("input", () => this.tellRate(Number(this.rate.value)));
    this.rate.addEventListener("change", () => post("/api/personaclick/shoppers", { per_minute: Number(this.rate.value) }));
    this.rateText = el("output", {});
    // Time that runs fast is nothing to see without shoppers.
    this.fast = el("input", { type: "checkbox", role: "switch", id: "fast" });
    this.fast.addEventListener("change", async () => {
      const fast = this.fast.checked;
      await post("/api/clock", { speed: fast ? FAST : 1 });
      await post("/api/personaclick/shoppers", { per_minute: fast ? FAST_SHOPPERS : 0 });
      this.refresh();
    });
    this.time = el("time", { "aria-label": "Time in the playground" });
    this.faults = el("div", { class: "faults" });
    this.on = el("span", { class: "on" });
    const head = ["List", "Available", "Received", "Out", ""].map((one) => el("th", { scope: "col", title: one === "Out" ? "Handed out to shoppers" : undefined }, one || el("span", { class: "unseen" }, "Take")));
    box.append(this.total, el("table", { class: "lists" }, el("thead", {}, el("tr", {}, head)), this.body),
      el("label", { class: "shoppers" }, icon("people"), "Shoppers", this.rate, this.rateText),
      el("div", { class: "time" }, el("label", {}, this.fast, el("span", {}, "A day a minute")), this.time),
      el("details", { class: "fail" }, el("summary", {}, icon("chevron", 14), "Make it fail", this.on), this.faults));
    this.refresh();
    setInterval(() => this.refresh(), 1000);
  }

  tellRate(rate) { this.rateText.textContent = rate ? `${number(rate)} codes/${this.fast.checked ? "day" : "min"}` : "none"; }

  async tellTime() {
    const found = await fetch("/api/clock").then((one) => one.json()).catch(() => undefined);
    if (!found) return;
    const gone = found.now * 1000 - Date.now();
    runAhead(gone);
    this.fast.checked = found.speed > 1;
    [this.rate.max, this.rate.step] = this.fast.checked ? [2 * FAST_SHOPPERS, 100] : [1200, 10];
    this.time.textContent = found.speed > 1 || gone > 60_000 ? new Date(found.now * 1000).toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : "";
  }

  async refresh() {
    await this.tellTime();
    const found = await fetch("/api/personaclick").then((one) => one.json()).catch(() => undefined);
    if (!found?.lists) { this.total.textContent = "PersonaClick does not answer."; return; }
    const [all, empty, low] = [found.lists.reduce((sum, one) => sum + one.available, 0), found.lists.filter((one) => !one.available).length,
      found.lists.filter((one) => one.available && one.available < LOW).length];
    this.total.replaceChildren(el("b", {}, number(all)), ` codes in ${found.lists.length} lists`,
      low ? el("span", { class: "pill low" }, `${low} low`) : "", empty ? el("span", { class: "pill none" }, `${empty} empty`) : "");
    for (const one of found.lists) this.list(one);
    this.settle(found.lists.reduce((sum, one) => sum + one.received, 0));
    if (document.activeElement !== this.rate) { this.rate.value = found.shoppers.per_minute; this.tellRate(found.shoppers.per_minute); }
    const key = JSON.stringify(found.faults);
    if (key !== this.key && !this.faults.querySelector("input[type=text]:focus")) { this.key = key; this.drawFaults(found.faults); }
  }

  // An upload is over when nothing more has come for a while.
  settle(received) {
    // What had come before the page was opened is over soonest.
    const before = this.received === undefined && received ? 3 : 0;
    this.calm = received && received === this.received ? this.calm + 1 : before;
    this.received = received;
    if (this.calm === 5) this.onreceived();
  }

  list(one) {
    let row = this.rows.get(one.id);
    const shown = [one.available, one.received, one.handed_out];
    if (!row) {
      row = { cells: shown.map((value) => el("td", {}, number(value))), last: shown };
      row.take = el("button", { type: "button", title: `Shoppers take 10 codes of ${one.name}`,
        onclick: () => post("/api/personaclick/take", { list: one.id, n: 10 }).then(() => this.refresh()) }, "Take 10");
      row.node = el("tr", {}, el("th", { scope: "row" }, el("a", { href: `/shop?list=${encodeURIComponent(one.id)}`, target: "_blank", title: `${one.name} (${one.id}): open its storefront page` }, el("span", {}, one.name), icon("out", 13))),
        row.cells, el("td", {}, row.take));
      row.cells[0].className = "av";
      this.rows.set(one.id, row);
      this.body.append(row.node);
    }
    row.node.className = one.available === 0 ? "none" : one.available < LOW ? "low" : "";
    row.take.disabled = one.available === 0;
    shown.forEach((value, index) => { if (value !== row.last[index]) count(row.cells[index], row.last[index], value); });
    if (shown[0] !== row.last[0]) {
      clearTimeout(row.wait);
      row.cells[0].classList.remove("up", "down");
      row.cells[0].classList.add(shown[0] > row.last[0] ? "up" : "down");
      row.wait = setTimeout(() => row.cells[0].classList.remove("up", "down"), 900);
    }
    row.last = shown;
  }

  drawFaults(faults) {
    const every = Object.entries(faults);
    this.on.textContent = every.filter(([, one]) => one.on).map(([, one]) => `${one.label}${one.unit === "seconds" ? `, ${one.value} s` : ""}`).join(" · ");
    const focused = this.faults.contains(document.activeElement) && document.activeElement.id;
    this.faults.replaceChildren(...every.map(([name, one]) => {
      const simple = typeof one.value === "boolean";
      const value = el("input", { type: "text", value: String(one.value ?? ""), "aria-label": `${one.label}: ${one.unit}`, inputMode: typeof one.value === "number" ? "decimal" : "text" });
      const box = el("input", { type: "checkbox", role: "switch", id: `fault-${name}` });
      box.checked = one.on;
      const send = () => {
        const typed = value.value.trim();
        const asked = simple || typed === "" ? true : typeof one.value === "number" ? Number(typed) : typed;
        this.key = "";
        // A reading that breaks off shows nothing: what is carried out and then lost is an upload or its undo.
        const order = CARRIED_OUT.has(name) ? { value: asked, methods: ["POST", "DELETE"] } : asked;
        post("/api/personaclick/faults", { [name]: box.checked ? order : null }).then(() => { value.blur(); this.refresh(); });
      };
      box.addEventListener("change", send);
      value.addEventListener("change", () => box.checked && send());
      return el("div", { class: one.on ? "fault on" : "fault" }, el("label", {}, box, el("span", {}, one.label)), !simple && el("span", { class: "with" }, value, typeof one.value === "number" && el("span", {}, one.unit)));
    }));
    if (focused) document.getElementById(focused)?.focus();
  }
}
