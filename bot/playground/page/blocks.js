// Block Kit as nodes. https://docs.slack.dev/reference/block-kit
import { chart } from "./chart.js";
import { el, icon } from "./dom.js";
import { button, checks, feedback, fileInput, quiet, typed } from "./inputs.js";
import { combo, overflow } from "./menus.js";
import { dataTable, plainTable } from "./table.js";
import { plan, task } from "./tasks.js";
import { markdown, plain, rich, textOf } from "./text.js";

const picture = (one, size) => el("img", { src: one.image_url, alt: one.alt_text ?? "", width: size, height: size, loading: "lazy" });
const ELEMENTS = {
  button, overflow, static_select: combo, external_select: combo, multi_static_select: combo, multi_external_select: combo,
  plain_text_input: typed, number_input: typed, email_text_input: typed, url_text_input: typed, datepicker: typed, timepicker: typed,
  checkboxes: checks, radio_buttons: checks, file_input: fileInput, feedback_buttons: feedback, icon_button: quiet, image: (one) => picture(one, "72"),
};
const unknown = (what) => el("div", { class: "unknown" }, `A “${what}” would stand here; this page does not draw it.`);
const control = (element, block, where) => (ELEMENTS[element.type] ?? (() => unknown(element.type)))(element, block, where);
let count = 0;

function input(block, where) {
  const id = `input-${(count += 1)}`;
  const error = where.errors?.[block.block_id];
  const group = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const made = control(block.element, block, { ...where, id });
  const field = made.matches("input, textarea") ? made : made.querySelector("input[role=combobox], .btn");
  if (error) { field?.setAttribute("aria-invalid", "true"); field?.setAttribute("aria-describedby", `${id}-error`); }
  return el("div", { class: error ? "input wrong" : "input" },
    el("label", { for: group ? undefined : id, id: `${id}-label` }, block.label.text, block.optional && el("span", { class: "opt" }, " (optional)")), made,
    error && el("div", { class: "error", id: `${id}-error`, role: "alert" }, error),
    block.hint && el("div", { class: "hint" }, block.hint.text));
}

function section(block, where) {
  const body = el("div", { class: "grow" }, block.text && textOf(block.text),
    block.fields && el("div", { class: "fields" }, block.fields.map((one) => el("div", {}, textOf(one)))));
  return el("div", { class: "b-section" }, body, block.accessory && control(block.accessory, block, where));
}

function card(block, where) {
  return el("div", { class: "b-card" }, block.hero_image && el("img", { class: "hero", src: block.hero_image.image_url, alt: block.hero_image.alt_text }),
    el("div", { class: "row" }, block.icon && picture(block.icon, "32"), el("div", {}, block.title && el("b", {}, textOf(block.title)), block.subtitle && el("div", { class: "soft" }, textOf(block.subtitle)))),
    block.body && el("div", {}, textOf(block.body)), block.subtext && el("div", { class: "soft" }, textOf(block.subtext)),
    block.actions && el("div", { class: "b-actions" }, block.actions.map((one) => control(one, block, where))));
}

function container(block, where) {
  const head = [block.icon && picture(block.icon, "20"), block.rich_text_title ? rich(block.rich_text_title) : el("b", {}, block.title?.text ?? ""), block.subtitle && el("span", { class: "soft" }, block.subtitle.text)];
  const body = blocks(block.child_blocks, where);
  if (!block.is_collapsible) return el("div", { class: "b-container" }, el("div", { class: "row" }, head), body);
  return el("details", { class: "b-container", open: !block.default_collapsed }, el("summary", { class: "row" }, icon("chevron", 14), head), body);
}

const SHOW = {
  header: (block) => el(`h${Math.min(6, 2 + (block.level ?? 1))}`, { class: "b-header" }, plain(block.text)),
  section, input, card, container,
  context: (block) => el("div", { class: "b-context" }, block.elements.map((one) => (one.type === "image" ? picture(one, "18") : el("div", {}, textOf(one))))),
  divider: () => el("hr"),
  actions: (block, where) => el("div", { class: "b-actions" }, block.elements.map((one) => control(one, block, where))),
  context_actions: (block, where) => el("div", { class: "b-actions" }, block.elements.map((one) => control(one, block, where))),
  plan,
  task_card: (block) => el("div", { class: "b-card" }, task(block)),
  rich_text: rich,
  data_table: dataTable,
  data_visualization: chart,
  table: plainTable,
  markdown: (block) => markdown(block.text),
  alert: (block) => el("div", { class: `b-alert ${block.level ?? "default"}`, role: "note" }, textOf(block.text)),
  carousel: (block, where) => el("div", { class: "carousel" }, block.elements.map((one) => card(one, where))),
  image: (block) => el("figure", { class: "b-image" }, block.title && el("figcaption", {}, block.title.text), el("img", { src: block.image_url, alt: block.alt_text })),
};

export function blocks(list, where) {
  return el("div", { class: "blocks" }, list.map((one) => (SHOW[one.type] ?? (() => unknown(one.type)))(one, where)));
}

// How actions of a message or view at `place` are sent. `shown` is what was clicked: it may have changed meanwhile.
export const sender = (post, place) => (block, element, chosen) => post("/api/click", { ...place, block_id: block.block_id, action_id: element.action_id, shown: element, ...chosen });
