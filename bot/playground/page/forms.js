// Modals: the topmost of the stack is shown; what was typed survives a redraw and coming back.
import { blocks, sender } from "./blocks.js";
import { dialog } from "./dialogs.js";
import { by, carry, el, post, rest, resting } from "./dom.js";

const STARTS = { initial_option: "selected_option", initial_options: "selected_options", initial_value: "value", initial_date: "selected_date", initial_time: "selected_time" };

export class Forms {
  constructor(app) { Object.assign(this, { app, shown: undefined, key: "", typed: new Map() }); }

  show(views) {
    const view = views.at(-1);
    const key = view ? JSON.stringify([view.id, view.blocks, view.title, view.submit, view.errors, views.length]) : "";
    for (const id of this.typed.keys()) if (!views.some((one) => one.id === id)) this.typed.delete(id);
    if (key === this.key) return;
    const [old, same] = [this.shown, this.id === view?.id];
    this.key = key;
    this.id = view?.id;
    this.shown = view && this.open(view, views.length > 1);
    const go = old && view && same ? carry(old.box, this.shown.box) : undefined;
    const scrolled = same && old?.box.querySelector(".body")?.scrollTop;
    old?.close();
    // A question that is still open keeps the focus.
    if (!view || by("modals").querySelector(".ask")) return;
    this.shown.box.querySelector(".body").scrollTop = scrolled || 0;
    const wrong = this.shown.box.querySelector("[aria-invalid]");
    const first = this.shown.box.querySelector(".body :is(input:not(.unseen), textarea, select)") ?? this.shown.box.querySelector("footer button:last-child");
    if (wrong) wrong.focus();
    else if (go) go();
    else first?.focus();
  }

  values(view) {
    if (!this.typed.has(view.id)) this.typed.set(view.id, {});
    const values = this.typed.get(view.id);
    for (const { type, block_id: id, element } of view.blocks) {
      if (type !== "input" || values[id]?.[element.action_id]) continue;
      const start = Object.entries(STARTS).filter(([from]) => element[from] !== undefined).map(([from, to]) => [to, element[from]]);
      (values[id] ??= {})[element.action_id] = { type: element.type, ...Object.fromEntries(start) };
    }
    return values;
  }

  open(view, stacked) {
    const place = { user: this.app.me, view_id: view.id };
    const values = this.values(view);
    const click = sender(post, place);
    const where = {
      place, key: view.id, errors: view.errors,
      kept: (block, element) => values[block.block_id]?.[element.action_id],
      act: (block, element, chosen) => {
        if (block.type === "input") (values[block.block_id] ??= {})[element.action_id] = { type: element.type, ...chosen };
        return block.type !== "input" || block.dispatch_action ? click(block, element, chosen) : undefined;
      },
    };
    const close = () => post("/api/close", place);
    const send = view.submit && el("button", { class: "btn primary", type: "button", onclick: async () => {
      if (resting(send)) return;
      rest(send, true);
      // A form refuses by answering with errors, which the next state brings.
      const known = Object.fromEntries(Object.entries(values).filter(([id]) => view.blocks.some((one) => one.block_id === id)));
      await post("/api/submit", { ...place, values: known });
      rest(send, false);
    } }, view.submit.text);
    const none = view.errors?.[""];
    const body = el("div", { class: "body" }, none && el("div", { class: "b-alert error", role: "alert" }, none), blocks(view.blocks, where));
    body.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("input[type=text]") && send) { event.preventDefault(); send.click(); } });
    const back = el("button", { class: "btn", type: "button", onclick: close }, stacked ? "Back" : view.close?.text ?? "Close");
    return dialog({ title: view.title.text, body, footer: [back, send || ""], onclose: close });
  }
}
