// Small hands for the DOM. Data only ever goes into text nodes and attributes.
const SVG = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string" && made.namespaceURI !== SVG) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(2).filter((one) => one !== undefined && one !== null && one !== false && one !== ""));
  return made;
}

export const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
export const by = (id) => document.getElementById(id);
export const initials = (name) => name.split(/\s+/).map((one) => one[0]).join("").slice(0, 2).toUpperCase();
export const number = (value) => value.toLocaleString("en-US");
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export async function post(path, body) {
  const form = body instanceof FormData;
  const asked = { method: "POST", body: form ? body : JSON.stringify(body), headers: form ? {} : { "content-type": "application/json" } };
  const found = await fetch(path, asked).then((one) => one.json()).catch(() => ({ ok: false, lost: true, error: "The playground does not answer. Is it still running?" }));
  // Slack's own error words (not_a_member) come as a notice in sentences too.
  if (found.ok === false && found.error?.includes(" ")) toast(found.error);
  return found;
}

// Lets a button rest, so that one press counts once. A disabled button would lose the focus; this one keeps it.
export const resting = (button) => button.getAttribute("aria-disabled") === "true";
export function rest(button, resting) { if (resting) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled"); }

export function toast(text) {
  const made = el("div", { class: "toast" }, el("span", {}, text),
    el("button", { type: "button", class: "close", "aria-label": "Dismiss", onclick: () => made.remove() }, icon("x", 14)));
  by("toasts").append(made);
  setTimeout(() => made.remove(), 7000);
}

// What is focused, half typed or open in `old` goes on in `fresh`. Controls are known by their data-key.
export function carry(old, fresh) {
  const focused = document.activeElement;
  if (!old.contains(focused)) return () => {};
  const key = focused.dataset.key;
  const [typed, from, to, open] = [focused.value, focused.selectionStart, focused.selectionEnd, focused.getAttribute("aria-expanded") === "true"];
  return () => {
    const keyed = key ? [...fresh.querySelectorAll("[data-key]")] : [];
    // Slack gives a block without an id a new one at every change; the action's id stays.
    const ending = (one) => one.slice(one.indexOf("/"));
    const next = keyed.find((one) => one.dataset.key === key) ?? keyed.find((one) => key.includes("/") && ending(one.dataset.key) === ending(key));
    if (!next) { fresh.tabIndex = -1; fresh.focus({ preventScroll: true }); return; }
    next.focus({ preventScroll: true });
    const writes = next.matches("textarea, input:not([type=checkbox]):not([type=radio]):not([type=file])");
    if (!writes || (next.role === "combobox" && !open)) return;
    next.value = typed;
    next.setSelectionRange?.(from, to);
    next.dispatchEvent(new Event("input"));
  };
}

const PATHS = {
  x: ["M5 5l10 10M15 5L5 15"], clip: ["M14.5 9.5l-5 5a3 3 0 0 1-4.300-4.300l6-6a2 2 0 0 1 2.900 2.900l-5.600 5.600a1 1 0 0 1-1.400-1.400l4.800-4.800"],
  send: ["M3.500 10L16.500 4l-4 13-3-5.500z", "M9.500 11.500l4-4"], eye: ["M2.500 10s2.800-5 7.500-5 7.500 5 7.500 5-2.800 5-7.500 5-7.500-5-7.500-5z", "M10 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z"],
  reply: ["M4 5.500h12v8H9l-3 3v-3H4z"], down: ["M10 4v9M6 9.500l4 4 4-4M4.500 16.500h11"], load: ["M10 14V5M6 8.500l4-4 4 4M4.500 16.500h11"],
  check: ["M4.500 10.500l3.500 3.500 7.500-8"], home: ["M3.500 9.500L10 4l6.500 5.500M5.500 8.500v7.500h9V8.500"], chat: ["M3.500 5h13v9H10l-3.500 3v-3h-3z"],
  out: ["M8 5H5v10h10v-3M11 4.500h4.500V9M15.200 4.800L9.500 10.500"], chevron: ["M6 8l4 4 4-4"], dots: ["M5 10h.01M10 10h.01M15 10h.01"],
  trash: ["M4 6h12M8 6V4h4v2M5.500 6l.7 10.500h7.600L14.500 6"],
  file: ["M6 3.500h5.500L15 7v9.500H6z", "M11.500 3.500V7H15"], ticket: ["M3.500 7h13v2a1.500 1.500 0 0 0 0 3v2h-13v-2a1.500 1.500 0 0 0 0-3z", "M12 7v1.200M12 9.900v1.200M12 12.800V14"],
  people: ["M7.500 10a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM3 15.500c0-2.500 2-4 4.500-4s4.500 1.500 4.500 4M13 5.300a2.300 2.300 0 0 1 0 4.500M14 11.700c1.800.4 3 1.800 3 3.800"],
};
export const icon = (name, size = 18) => svg("svg", { viewBox: "0 0 20 20", width: size, height: size, class: "icon", "aria-hidden": "true" },
  PATHS[name].map((one) => svg("path", { d: one })));
