// Where a person types: messages, slash commands with hints, files by button or by mouse.
import { el, icon, post, toast } from "./dom.js";

const COMMANDS = [
  ["/promo lists", "[words]", "How many codes each list has left"],
  ["/promo list", "<list>", "One list and its last uploads"],
  ["/promo upload", "[list]", "Load codes with a form"],
  ["/promo history", "[list] [me | @person] [open]", "Who loaded what, when, with which result"],
  ["/promo undo", "", "The uploads that can be taken back"],
  ["/promo next", "[days]", "Which lists run out next"],
  ["/promo need", "<number> <list> [by friday]", "Enough, or short by how many"],
  ["/promo watch", "<list> below 500", "An alert in this channel"],
  ["/promo book", "<number> <list> from friday to sunday", "A campaign's planned use"],
  ["/promo digest", "weekdays 09:00", "A report in this channel"],
  ["/promo snippet", "<list> [fallback <list>]", "The storefront call that hands out its codes"],
  ["/promo trace", "<code…>", "Where codes came from; only you see it"],
  ["/promo help", "", "What you can type"],
  ["/promo-lists", "[words]", "How many codes each list has left"],
  ["/promo-upload", "[list]", "Load codes with a form"],
];

export async function sendFiles(app, files, thread, text = "") {
  if (!files.length || !app.channel) return;
  const form = new FormData();
  for (const [name, value] of Object.entries({ user: app.me, channel: app.channel, thread_ts: thread, text })) if (value) form.append(name, value);
  for (const one of files) form.append("files", one, one.name);
  const found = await post("/api/files", form);
  if (found.ts && !thread) app.expect(found.ts);
}

export function composer(form, app, threadOf) {
  const area = el("textarea", { rows: "1", "aria-label": form.dataset.label, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${form.id}-hints` });
  const picker = el("input", { type: "file", multiple: true, class: "unseen", tabIndex: -1, "aria-hidden": "true",
    onchange: () => { sendFiles(app, [...picker.files], threadOf()); picker.value = ""; } });
  const hints = el("div", { class: "complete", hidden: true, role: "listbox", id: `${form.id}-hints`, "aria-label": "Commands" });
  // `moved`: an offer was chosen with the arrows, so that Enter takes it.
  let [at, offered, moved] = [0, [], false];

  function fit() {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
    form.classList.toggle("full", Boolean(area.value.trim()));
  }
  function hide() { offered = []; hints.hidden = true; area.setAttribute("aria-expanded", "false"); }
  function draw() {
    fit();
    const typed = area.value.toLowerCase();
    // A command stays on show while its words are typed, so that its usage can be read.
    const all = typed.startsWith("/") && !threadOf();
    offered = all ? COMMANDS.filter(([name]) => name.startsWith(typed.trimEnd()) || typed.startsWith(`${name} `)) : [];
    at = Math.min(at, Math.max(offered.length - 1, 0));
    hints.hidden = !offered.length;
    area.setAttribute("aria-expanded", String(!hints.hidden));
    hints.replaceChildren(el("div", { class: "complete-head" }, icon("ticket", 16), "Promo codes", el("span", {}, "↑↓ choose · Tab takes it · Enter sends")),
      ...offered.map(([name, usage, says], index) => el("button", { type: "button", role: "option", tabIndex: -1, "aria-selected": String(index === at),
        onmousedown: (event) => { event.preventDefault(); take(name, usage); } }, el("span", {}, el("b", {}, name), " ", usage), el("small", {}, says))));
    hints.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
  function take(name, usage) { moved = false; area.value = usage ? `${name} ` : name; draw(); area.focus(); }
  async function send() {
    const text = area.value.trim();
    if (!text || !app.channel) return;
    if (text.startsWith("/") && threadOf()) { toast("Slack takes no commands in threads. Type it in the channel."); return; }
    area.value = "";
    fit();
    hide();
    const said = { user: app.me, channel: app.channel, text };
    const found = text.startsWith("/") ? await post("/api/command", said) : await post("/api/message", { ...said, thread_ts: threadOf() || undefined });
    // What did not arrive is not lost.
    if (found.lost && !area.value) { area.value = text; fit(); }
  }
  area.addEventListener("input", () => { moved = false; draw(); });
  area.addEventListener("blur", hide);
  area.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); sendFiles(app, files, threadOf()); }
  });
  area.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const [name, usage] = offered[at] ?? [];
    const typed = area.value.trim();
    // Slack and the bot take a command in capitals, too: what was typed stays as it is.
    const lower = area.value.toLowerCase();
    const whole = !moved && (typed.toLowerCase() === "/promo" || offered.some(([one]) => lower.trim() === one || lower.startsWith(`${one} `)));
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (name && !whole) take(name, usage); else send();
    } else if (event.key === "Tab" && name && !event.shiftKey && !lower.startsWith(`${name} `)) {
      event.preventDefault();
      take(name, usage);
    } else if (step && offered.length) {
      event.preventDefault();
      at = (at + step + offered.length) % offered.length;
      moved = true;
      draw();
    } else if (event.key === "Escape") hide();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); area.focus(); });
  form.append(hints, el("div", { class: "box" }, area, el("div", { class: "tools" },
    el("button", { type: "button", class: "clip", "aria-label": "Attach files", title: "Attach files", onclick: () => picker.click() }, icon("clip")),
    el("span", { class: "hint" }, "Enter sends"), picker,
    el("button", { class: "send", type: "submit", "aria-label": "Send", title: "Send" }, icon("send")))));
  const put = (text) => { area.value = text; area.focus(); draw(); };
  return { area, put };
}

// Files dropped by mouse anywhere on a pane.
export function dropzone(pane, app, threadOf) {
  let overlay;
  const clear = () => { overlay?.remove(); overlay = undefined; };
  const carriesFiles = (event) => [...event.dataTransfer.types].includes("Files");
  pane.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (overlay || !app.channel || app.home) return;
    overlay = el("div", { class: "drop" }, el("div", {}, icon("load", 40), `Drop to share in ${app.placeName()}${threadOf() ? " (thread)" : ""}`));
    pane.append(overlay);
  });
  pane.addEventListener("dragleave", (event) => { if (!pane.contains(event.relatedTarget)) clear(); });
  pane.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    clear();
    if (!app.home) sendFiles(app, [...event.dataTransfer.files], threadOf());
  });
}
