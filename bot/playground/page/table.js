// Native data tables: sortable, in pages, numbers to the right. How a reader sorted one survives a redraw.
import { el, icon } from "./dom.js";
import { button } from "./inputs.js";
import { rich } from "./text.js";

function shown(cell, block, where) {
  if (cell.type === "action_cell") return button(cell.element, block, where);
  return cell.type === "rich_text" ? rich(cell) : cell.text;
}
const words = (part) => part.text ?? part.fallback ?? part.timestamp ?? (part.elements ?? []).map(words).join(" ");
const moment = (part) => part.timestamp ?? (part.elements ?? []).map(moment).find((one) => one !== undefined);
const value = (cell) => (cell.type === "action_cell" ? cell.element.text.text : cell.type === "raw_number" ? cell.value : cell.type === "rich_text" ? moment(cell) ?? words(cell) : cell.text ?? "");
const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
const states = new Map();

export function dataTable(block, where) {
  const [head, ...rows] = block.rows;
  const key = `${where?.key} ${block.caption}`;
  if (!states.has(key)) states.set(key, { by: -1, down: false, page: 0 });
  const state = states.get(key);
  const numeric = head.map((_, index) => rows.every((row) => row[index].type === "raw_number"));
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const body = el("tbody");
  const info = el("span", { "aria-live": "polite" });
  const turn = (by) => { state.page += by; draw(); };
  const back = el("button", { type: "button", onclick: () => turn(-1) }, "Previous");
  const next = el("button", { type: "button", onclick: () => turn(1) }, "Next");

  const heads = head.map((cell, index) => el("th", { class: numeric[index] && "num", scope: "col" },
    el("button", { type: "button", title: `Sort by ${cell.text}`, "data-key": `${key}/sort${index}`, onclick: () => {
      Object.assign(state, { down: state.by === index ? !state.down : false, by: index, page: 0 });
      draw();
    } }, cell.text, icon("chevron", 12))));

  function draw() {
    const sorted = [...rows];
    if (state.by >= 0) sorted.sort((left, right) => compare(value(left[state.by]), value(right[state.by])) * (state.down ? -1 : 1));
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    const from = state.page * size;
    body.replaceChildren(...sorted.slice(from, from + size).map((row) => el("tr", {}, row.map((cell, index) => {
      const header = index === block.row_header_column_index;
      return el(header ? "th" : "td", { class: numeric[index] && "num", scope: header && "row", title: cell.text }, shown(cell, block, where));
    }))));
    heads.forEach((one, index) => one.setAttribute("aria-sort", state.by !== index ? "none" : state.down ? "descending" : "ascending"));
    info.textContent = `${from + 1}–${Math.min(from + size, rows.length)} of ${rows.length}`;
    back.disabled = state.page === 0;
    next.disabled = state.page === pages - 1;
  }

  draw();
  return el("div", { class: "tbl" },
    el("div", { class: "scroll" }, el("table", {}, el("caption", { class: "unseen" }, block.caption), el("thead", {}, el("tr", {}, heads)), body)),
    pages > 1 && el("footer", {}, info, el("span", {}, back, next)));
}

export function plainTable(block) {
  const settings = block.column_settings ?? [];
  return el("div", { class: "tbl" }, el("div", { class: "scroll" }, el("table", {}, block.rows.map((row, at) => el("tr", {},
    row.map((cell, index) => el(at ? "td" : "th", { style: settings[index]?.align && `text-align:${settings[index].align}` }, shown(cell))))))));
}
