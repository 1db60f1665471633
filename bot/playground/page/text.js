// Slack's text: mrkdwn, rich text and dates, as nodes.
import { el } from "./dom.js";
import { sign } from "./marks.js";

let people = new Map();
let places = new Map();
export const know = (users, channels) => {
  people = new Map(users.map((one) => [one.id, one.real_name]));
  places = new Map(channels.map((one) => [one.id, one.name]));
};
const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const emoji = (name, unicode) => sign(name) ?? document.createTextNode(unicode ? String.fromCodePoint(...unicode.split("-").map((one) => parseInt(one, 16))) : `:${name}:`);
export const link = (url, text) => (/^(https?|mailto):/.test(url) ? el("a", { href: url, target: "_blank", rel: "noreferrer" }, text || url) : document.createTextNode(text || url));
const mention = (text) => el("span", { class: "mention" }, text);
const person = (id, label) => mention(`@${people.get(id) ?? label ?? id}`);
const channel = (id, label) => mention(`#${places.get(id) ?? label ?? id}`);

// The playground's time may be ahead of the browser's: what is today goes by that.
let ahead = 0;
export const runAhead = (ms) => { ahead = ms; };
const now = () => Date.now() + ahead;

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
export function date(at, pattern, fallback) {
  const when = new Date(at * 1000);
  if (Number.isNaN(when.getTime())) return fallback;
  const say = (options) => when.toLocaleString("en-GB", options);
  const days = Math.round((new Date(when).setHours(0, 0, 0, 0) - new Date(now()).setHours(0, 0, 0, 0)) / 86400000);
  const near = { 0: "today", 1: "tomorrow", "-1": "yesterday" }[days];
  const forms = { date_num: { year: "numeric", month: "2-digit", day: "2-digit" }, date: { day: "numeric", month: "long", year: "numeric" },
    date_short: { day: "numeric", month: "short", year: "numeric" }, date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
    time: { hour: "2-digit", minute: "2-digit" }, time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" } };
  const minutes = Math.round((now() / 1000 - at) / 60);
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return minutes < 1 ? "just now" : minutes < 60 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
    if (token === "date_num") return when.toLocaleDateString("sv-SE");
    if (token.endsWith("_pretty")) return near ?? say(forms[token.replace("_pretty", "")] ?? forms.date);
    return forms[token] ? say(forms[token]) : whole;
  });
}

function angled(body) {
  const [target, label] = body.split(/\|(.*)/s);
  if (target.startsWith("@")) return person(target.slice(1), label);
  if (target.startsWith("#")) return channel(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, at, pattern, url] = target.split("^");
    const shown = date(Number(at), decode(pattern ?? ""), decode(label ?? ""));
    return url ? link(decode(url), shown) : el("time", { title: decode(label ?? "") }, shown);
  }
  if (target.startsWith("!")) return mention(label ?? `@${target.slice(1)}`);
  return link(decode(target), decode(label ?? target));
}

const STYLES = { "*": "b", _: "i", "~": "s", "`": "code" };
const INLINE = /<([^<>]+)>|(?<![\w*])([*_~`])(\S(?:[^\n]*?\S)?)\2(?!\w)|:([a-z0-9_+-]+):/g;
function inline(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    out.push(decode(text.slice(at, found.index)));
    const [whole, angle, mark, inner, name] = found;
    if (angle) out.push(angled(angle));
    else if (mark) out.push(el(STYLES[mark], {}, mark === "`" ? decode(inner) : inline(inner)));
    else out.push(sign(name) ?? whole);
    at = found.index + whole.length;
  }
  out.push(decode(text.slice(at)));
  return out;
}

function quoted(text) {
  const out = [];
  for (const part of text.split(/((?:^(?:&gt;|>)[^\n]*(?:\n|$))+)/m)) {
    if (/^(&gt;|>)/.test(part)) out.push(el("blockquote", {}, inline(part.replace(/^(&gt;|>) ?/gm, "").replace(/\n$/, ""))));
    else out.push(...inline(part));
  }
  return out;
}

export function mrkdwn(text) {
  const parts = text.split(/```([\s\S]+?)```\n?/);
  return el("div", { class: "mrk" }, parts.map((part, index) => (index % 2 ? el("pre", {}, decode(part.replace(/^\n|\n$/g, ""))) : quoted(part))));
}

// The markdown block: headings, lists, bold, code and links of standard markdown.
export function markdown(text) {
  const said = (line) => inline(line.replace(/(?<![\w*])\*(?![\s*])([^*\n]+)\*(?![\w*])/g, "_$1_").replace(/\*\*(.+?)\*\*/g, "*$1*").replace(/~~(.+?)~~/g, "~$1~")
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "<$2|$1>"));
  const row = (line) => {
    const [, marks, rest] = /^\s*(#{1,6}|[-*+>]|\d+\.)\s+(.*)/.exec(line) ?? [];
    if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return el("hr");
    if (!marks) return el("p", {}, said(line));
    if (marks === ">") return el("blockquote", {}, said(rest));
    return marks.startsWith("#") ? el("h4", {}, said(rest)) : el("p", { class: "item" }, marks.length > 1 ? `${marks} ` : "• ", said(rest));
  };
  const parts = text.split(/^```[^\n]*\n([\s\S]*?)\n?```[^\n]*\n?/m);
  return el("div", { class: "mrk" }, parts.map((part, index) => (index % 2 ? el("pre", {}, part) : part.replace(/\n$/, "") && part.replace(/\n$/, "").split("\n").map(row))));
}

// Plain text shows marks for shortcodes too, unless it asks not to.
export const plain = ({ text, emoji: drawn }) => (drawn === false ? [text] : text.split(/:([a-z0-9_+-]+):/).map((part, index) => (index % 2 ? sign(part) ?? `:${part}:` : part)));
export const textOf = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object));

// A bar drawn in letters is one picture to a screen reader, not twenty letters.
const BAR = /([█▓▒░]{5,})/;
function barred(text) {
  if (!BAR.test(text)) return document.createTextNode(text);
  const bar = (part) => el("span", { role: "img", "aria-label": `${Math.round((100 * [...part].filter((one) => one === "█").length) / part.length)} %` }, part);
  return el("span", {}, text.split(BAR).map((part, index) => (index % 2 ? bar(part) : part)));
}

const PIECES = {
  text: (one) => barred(one.text),
  link: (one) => link(one.url, one.text),
  user: (one) => person(one.user_id),
  usergroup: (one) => mention(`@${one.usergroup_id}`),
  channel: (one) => channel(one.channel_id),
  broadcast: (one) => mention(`@${one.range}`),
  color: (one) => el("span", {}, el("i", { class: "swatch", style: `background:${one.value}` }), one.value),
  date: (one) => (one.url ? link(one.url, date(one.timestamp, one.format, one.fallback)) : el("time", { title: one.fallback }, date(one.timestamp, one.format, one.fallback))),
  emoji: (one) => emoji(one.name, one.unicode),
};

function piece(one) {
  let made = (PIECES[one.type] ?? (() => document.createTextNode("")))(one);
  for (const [style, tag] of [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"], ["underline", "u"]]) {
    if (one.style?.[style]) made = el(tag, {}, made);
  }
  return made;
}

export function rich(block) {
  return el("div", { class: "rt" }, block.elements.map((part) => {
    if (part.type === "rich_text_list") {
      return el(part.style === "ordered" ? "ol" : "ul", { style: part.indent && `margin-left:${part.indent * 20}px`, start: part.offset ? String(part.offset + 1) : undefined },
        part.elements.map((item) => el("li", {}, item.elements.map(piece))));
    }
    return el({ rich_text_preformatted: "pre", rich_text_quote: "blockquote" }[part.type] ?? "p", {}, part.elements.map(piece));
  }));
}
