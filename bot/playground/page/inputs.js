// Buttons and inputs. `where.act` sends an action, or in a form keeps what was filled in; `where.kept` gives it back.
import { ask } from "./dialogs.js";
import { el, icon, post, rest, resting } from "./dom.js";
import { keyOf } from "./menus.js";
import { plain, textOf } from "./text.js";

export function button(element, block, where) {
  const made = el("button", { class: `btn ${element.style ?? ""}`, type: "button", "data-key": keyOf(block, element), "aria-label": element.accessibility_label, onclick: async () => {
    if (resting(made)) return;
    if (element.confirm && !(await ask(element.confirm, element.style))) return;
    rest(made, true);
    setTimeout(() => rest(made, false), 600);
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    await where.act(block, element, { value: element.value });
  } }, plain(element.text));
  return made;
}

// feedback_buttons and icon_button, in context_actions.
export const feedback = (element, block, where) => el("div", { class: "row", role: "group" },
  [element.positive_button, element.negative_button].map((one) => quiet({ ...element, ...one }, block, where)));

export function quiet(element, block, where) {
  const made = button(element, block, where);
  made.classList.add("quiet-btn");
  if (element.icon === "trash") made.prepend(icon("trash", 15));
  return made;
}

const KINDS = { number_input: "number", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };
const CHOSEN = { datepicker: "selected_date", timepicker: "selected_time" };

export function typed(element, block, where) {
  const field = CHOSEN[element.type] ?? "value";
  const made = el(element.multiline ? "textarea" : "input", { class: "field", id: where.id, "data-key": keyOf(block, element), rows: element.multiline ? "5" : undefined,
    type: element.multiline ? undefined : KINDS[element.type] ?? "text", maxlength: element.max_length, placeholder: element.placeholder?.text ?? "", "aria-label": where.id ? undefined : element.placeholder?.text });
  made.value = where.kept?.(block, element)?.[field] ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  const send = () => where.act(block, element, { [field]: made.value });
  if (block.type === "input") made.addEventListener("input", send);
  else made.addEventListener("change", send);
  return made;
}

export function checks(element, block, where) {
  const radio = element.type === "radio_buttons";
  const kept = where.kept?.(block, element);
  const start = radio ? [kept?.selected_option ?? element.initial_option].filter(Boolean) : kept?.selected_options ?? element.initial_options ?? [];
  const chosen = new Set(start.map((one) => one.value));
  const name = keyOf(block, element);
  return el("div", { class: "checks", role: radio ? "radiogroup" : "group", "aria-labelledby": where.id && `${where.id}-label` }, element.options.map((one) => {
    const box = el("input", { type: radio ? "radio" : "checkbox", name, "data-key": `${name}/${one.value}`, onchange: () => {
      if (radio) chosen.clear();
      if (box.checked) chosen.add(one.value); else chosen.delete(one.value);
      const picked = element.options.filter((option) => chosen.has(option.value));
      where.act(block, element, radio ? { selected_option: picked[0] } : { selected_options: picked });
    } });
    box.checked = chosen.has(one.value);
    return el("label", {}, box, el("span", {}, textOf(one.text), one.description && el("small", {}, textOf(one.description))));
  }));
}

export function fileInput(element, block, where) {
  const most = element.max_files ?? 10;
  let files = where.kept?.(block, element)?.files ?? [];
  const names = el("ul", { class: "picked" });
  const tell = (next) => { files = next; where.act(block, element, { files }); draw(); };
  const draw = () => names.replaceChildren(...files.map((one) => el("li", {}, icon("file", 16), el("span", {}, one.name),
    el("button", { type: "button", class: "close", "aria-label": `Remove ${one.name}`, onclick: () => tell(files.filter((each) => each !== one)) }, icon("x", 14)))));
  async function add(picked) {
    box.classList.add("busy");
    const found = [];
    for (const file of picked.slice(0, Math.max(0, most - files.length))) {
      const form = new FormData();
      form.append("user", where.place.user);
      form.append("file", file, file.name);
      const answer = await post("/api/modal-file", form);
      if (answer.file) found.push(answer.file);
    }
    box.classList.remove("busy");
    tell([...files, ...found]);
  }
  const input = el("input", { type: "file", class: "unseen", tabIndex: -1, multiple: most > 1, "aria-hidden": "true", accept: (element.filetypes ?? []).map((one) => `.${one}`).join(","),
    onchange: () => { add([...input.files]); input.value = ""; } });
  const opener = el("button", { type: "button", class: "btn", id: where.id, "data-key": keyOf(block, element), onclick: () => input.click() }, most > 1 ? "Choose files" : "Choose a file");
  const box = el("div", { class: "files-in" }, el("div", { class: "files-ask" }, opener, el("span", {}, "or drop them here"), input), names);
  box.addEventListener("dragover", (event) => { event.preventDefault(); event.stopPropagation(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); event.stopPropagation(); box.classList.remove("over"); add([...event.dataTransfer.files]); });
  draw();
  return box;
}
