// Menus: selects that type ahead (from their own options or from the bot), and the overflow menu.
import { ask } from "./dialogs.js";
import { el, icon, post } from "./dom.js";

export const keyOf = (block, element) => `${block.block_id}/${element.action_id}`;
const groupsOf = (from) => from.option_groups?.map((one) => ({ label: one.label.text, options: one.options })) ?? [{ options: from.options ?? [] }];
let count = 0;

async function offered(element, block, where, typed) {
  if (element.type.includes("external")) {
    if (typed.length < (element.min_query_length ?? 3)) return [];
    return groupsOf(await post("/api/suggest", { ...where.place, block_id: block.block_id, action_id: element.action_id, value: typed }));
  }
  const fits = (one) => one.text.text.toLowerCase().includes(typed.toLowerCase());
  return groupsOf(element).map((one) => ({ ...one, options: one.options.filter(fits) })).filter((one) => one.options.length);
}

// A select; with `multi_…` it keeps several, shown as chips.
export function combo(element, block, where) {
  const many = element.type.startsWith("multi_");
  const kept = where.kept?.(block, element);
  let chosen = many ? kept?.selected_options ?? element.initial_options ?? [] : [kept?.selected_option ?? element.initial_option].filter(Boolean);
  let [groups, at, asked, wait] = [[], 0, 0, 0];
  const id = `list-${(count += 1)}`;
  const name = () => (many ? "" : chosen[0]?.text.text ?? "");
  const input = el("input", { type: "text", role: "combobox", id: where.id, "data-key": keyOf(block, element), "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
    "aria-label": where.id ? undefined : element.placeholder?.text ?? "Choose", autocomplete: "off", spellcheck: "false", placeholder: element.placeholder?.text ?? "Choose an option", value: name() });
  const list = el("ul", { role: "listbox", id, hidden: true });
  const chips = el("div", { class: "chips" });
  const box = el("div", { class: "combo" }, many && chips, input, icon("chevron", 16), list);
  const every = () => groups.flatMap((one) => one.options);

  function close() {
    asked += 1;
    clearTimeout(wait);
    list.hidden = true;
    input.value = name();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function draw() {
    let index = -1;
    const line = (one) => {
      index += 1;
      const here = index === at;
      return el("li", { role: "option", id: `${id}-${index}`, class: here && "here", "aria-selected": String(chosen.some((each) => each.value === one.value)),
        onmousedown: (event) => { event.preventDefault(); choose(one); } }, one.text.text, one.description && el("small", {}, one.description.text));
    };
    list.replaceChildren(...groups.flatMap((group) => [...(group.label ? [el("li", { class: "group", role: "presentation" }, group.label)] : []), ...group.options.map(line)]));
    if (index < 0) list.append(el("li", { class: "none" }, "No match"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  async function offer(typed) {
    const turn = (asked += 1);
    const found = await offered(element, block, where, typed);
    if (turn !== asked) return;
    groups = found;
    at = Math.max(0, every().findIndex((one) => one.value === chosen[0]?.value));
    if (typed) at = 0;
    draw();
  }
  function drawChips() {
    chips.replaceChildren(...chosen.map((one) => el("span", { class: "chip" }, one.text.text,
      el("button", { type: "button", "aria-label": `Remove ${one.text.text}`, onclick: () => pick(chosen.filter((each) => each !== one)) }, icon("x", 12)))));
  }
  function pick(next) {
    chosen = next;
    if (many) drawChips();
    where.act(block, element, many ? { selected_options: chosen } : { selected_option: chosen[0] });
  }
  async function choose(one) {
    if (element.confirm && !(await ask(element.confirm))) { close(); return; }
    const there = chosen.some((each) => each.value === one.value);
    const next = !many ? [one] : there ? chosen.filter((each) => each.value !== one.value) : [...chosen, one];
    chosen = next;
    close();
    pick(next);
  }
  if (many) drawChips();
  input.addEventListener("click", () => { input.select(); if (list.hidden) offer(""); });
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => offer(input.value === name() ? "" : input.value), 150); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) { offer(""); return; }
      at = (at + step + every().length) % Math.max(every().length, 1);
      draw();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      if (every()[at]) choose(every()[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  return box;
}

export function overflow(element, block, where) {
  const close = (focus) => { list.hidden = true; opener.setAttribute("aria-expanded", "false"); if (focus) opener.focus(); };
  const opener = el("button", { class: "btn dots", type: "button", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false", "data-key": keyOf(block, element),
    onclick: () => { list.hidden = !list.hidden; opener.setAttribute("aria-expanded", String(!list.hidden)); if (!list.hidden) list.querySelector("button").focus(); } }, icon("dots"));
  const list = el("div", { class: "menu", role: "menu", hidden: true }, element.options.map((one) => el("button", { type: "button", role: "menuitem", onclick: async () => {
    close(true);
    if (element.confirm && !(await ask(element.confirm))) return;
    if (one.url) window.open(one.url, "_blank", "noreferrer");
    await where.act(block, element, { selected_option: one });
  } }, one.text.text, one.description && el("small", {}, one.description.text))));
  const box = el("div", { class: "overflow" }, opener, list);
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) close(false); });
  box.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(true); }
    if (!step || list.hidden) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  return box;
}
