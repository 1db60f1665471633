// Dialogs: the focus stays inside, Escape closes, and the focus goes back to where it was.
import { by, el, icon } from "./dom.js";

let count = 0;
// Where the focus was on the page before the first of the open dialogs.
let before;

export function dialog({ title, body, footer, onclose, small }) {
  const over = by("modals").childElementCount > 0;
  const beneath = document.activeElement;
  if (!over) before = beneath;
  const id = `dialog-${(count += 1)}`;
  const box = el("div", { class: small ? "modal small" : "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": id },
    el("div", { class: "modal-head" }, el("h2", { id }, title), el("button", { type: "button", class: "close", "aria-label": "Close", onclick: onclose }, icon("x"))),
    body, el("footer", {}, footer));
  const veil = el("div", { class: `veil${small ? " ask" : ""}${over ? " still" : ""}` }, box);
  veil.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); onclose(); }
    if (event.key !== "Tab") return;
    const inside = [...box.querySelectorAll("button, input, select, textarea, a[href]")].filter((one) => !one.disabled && one.offsetParent);
    const edge = event.shiftKey ? inside[0] : inside.at(-1);
    if (document.activeElement !== edge && box.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? inside.at(-1) : inside[0])?.focus();
  });
  by("modals").append(veil);
  by("page").inert = true;
  const close = () => {
    veil.remove();
    const open = by("modals").childElementCount > 0;
    by("page").inert = open;
    // The second click of a double click is not meant for what lies beneath.
    document.body.classList.add("closing");
    setTimeout(() => document.body.classList.remove("closing"), 400);
    const back = open ? beneath : before;
    if (back?.isConnected) back.focus({ preventScroll: true });
    else if (open) by("modals").lastElementChild.querySelector(".close").focus();
  };
  return { close, box };
}

// The question Slack asks before a click counts.
export function ask(confirm, style) {
  return new Promise((resolve) => {
    const done = (yes) => { shown.close(); resolve(yes); };
    const danger = (confirm.style ?? style) === "danger";
    const yes = el("button", { class: `btn ${danger ? "danger full" : "primary"}`, type: "button", onclick: () => done(true) }, confirm.confirm.text);
    const no = el("button", { class: "btn", type: "button", onclick: () => done(false) }, confirm.deny.text);
    const shown = dialog({ title: confirm.title.text, body: el("div", { class: "body" }, confirm.text.text), footer: [no, yes], onclose: () => done(false), small: true });
    (danger ? no : yes).focus();
  });
}
