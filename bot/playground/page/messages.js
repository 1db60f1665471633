// The message pane and the thread pane: only what changed is drawn anew, so that typing, sorting and scrolling survive.
import { blocks, sender } from "./blocks.js";
import { carry, el, icon, initials, post } from "./dom.js";
import { sign } from "./marks.js";
import { mrkdwn } from "./text.js";

const size = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const clock = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = (ts) => new Date(Number(ts) * 1000).toDateString();
const replies = (count) => (count === 1 ? "1 reply" : `${count} replies`);

function dayName(ts) {
  const when = new Date(Number(ts) * 1000);
  return when.toDateString() === new Date().toDateString() ? "Today" : when.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function file(one) {
  const kind = one.name.includes(".") ? one.name.split(".").pop().toUpperCase().slice(0, 4) : "FILE";
  return el("a", { class: "file", href: new URL(one.url).pathname, download: one.name, title: `Download ${one.name}` }, el("i", {}, kind),
    el("span", {}, el("b", {}, one.name), el("small", {}, `${kind} · ${size(one.size)}`)), icon("down"));
}

// The signs under a message, each with how many people put it there.
const reactions = (every) => el("div", { class: "reactions" }, every.map(([name, users]) =>
  el("span", { class: "reaction", title: `:${name}:` }, sign(name) ?? `:${name}:`, users.length)));

export const avatar = (user) => el("div", { class: "avatar", style: `background:${user.color}`, "aria-hidden": "true" },
  user.kind === "bot" ? icon("ticket", 24) : initials(user.real_name));

export class Pane {
  constructor(box, app, inThread) {
    Object.assign(this, { box, app, inThread, drawn: new Map(), place: "", low: true });
    box.addEventListener("scroll", () => { this.low = this.atEnd(); }, { passive: true });
    // A thread that opens beside a pane, or a narrower window, makes its messages longer.
    new ResizeObserver(() => { if (this.low) this.toEnd(); }).observe(box);
  }

  atEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 90; }
  toEnd() { this.box.scrollTop = this.box.scrollHeight; this.low = true; }

  // `empty` is shown while there is no message.
  show(place, messages, channel, empty) {
    const fresh = place !== this.place;
    if (fresh) { this.box.replaceChildren(); this.drawn.clear(); this.place = place; }
    const bottom = this.atEnd();
    const wanted = new Set(messages.map((one) => one.ts));
    for (const [ts, kept] of this.drawn) if (!wanted.has(ts)) { this.drop(ts, kept.node); }
    let [before, last, mine] = [null, "", false];
    for (const one of messages) {
      const first = !this.inThread && day(one.ts) !== last;
      last = day(one.ts);
      const below = this.inThread && one === messages[0] ? messages.slice(1).filter((each) => !each.ephemeral).length : 0;
      const key = JSON.stringify([one, first, below]);
      const kept = this.drawn.get(one.ts);
      let node = kept?.node;
      if (!kept || kept.key !== key) {
        node = this.draw(one, channel, first, below);
        if (kept) { const go = carry(kept.node, node); kept.node.replaceWith(node); go(); }
        else { if (before) before.after(node); else this.box.prepend(node); mine ||= one.user === this.app.me || one.ephemeral; }
        this.drawn.set(one.ts, { key, node });
      }
      before = node;
    }
    this.box.querySelector(".empty")?.remove();
    if (!messages.length && empty) this.box.append(empty);
    if (fresh || bottom || mine) this.toEnd();
  }

  // A message that goes away leaves the focus in the pane.
  drop(ts, node) {
    const focused = node.contains(document.activeElement);
    node.remove();
    this.drawn.delete(ts);
    if (focused) this.box.focus({ preventScroll: true });
  }

  // Brings one message into view and marks it for a moment.
  point(ts) {
    const node = this.drawn.get(ts)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("pointed");
    setTimeout(() => node.classList.remove("pointed"), 1600);
  }

  draw(one, channel, first, below) {
    const { app } = this;
    const user = app.user(one.user) ?? { real_name: one.user, color: "#777" };
    const place = { user: app.me, channel, message_ts: one.ts };
    const where = { place, key: one.ts, act: sender(post, place) };
    const body = one.blocks?.length ? blocks(one.blocks, where) : one.text && mrkdwn(one.text);
    const open = () => app.openThread(one.ts);
    const load = () => post("/api/shortcut", { ...place, callback_id: "load_promo_codes" }).then((found) => { if (found.ok && !this.inThread) open(); });
    const thread = !this.inThread && one.reply_count > 0 && el("button", { class: "replies", type: "button", "data-key": `${one.ts} replies`, onclick: open },
      app.repliers(one).map(avatar), replies(one.reply_count), el("span", {}, "View thread"));
    const hover = !one.ephemeral && el("div", { class: "hover" },
      !this.inThread && el("button", { type: "button", onclick: open, title: "Reply in thread" }, icon("reply", 16), "Reply"),
      one.files.length > 0 && el("button", { type: "button", title: "Message shortcut of Promo codes", onclick: () => load() },
        icon("load", 16), "Load promo codes"));
    const article = el("article", { class: `message${one.ephemeral ? " private" : ""}`, "aria-label": `${user.real_name}, ${clock(one.ts)}` }, avatar(user),
      el("div", { class: "said" },
        one.ephemeral && el("div", { class: "mark eye" }, icon("eye", 14), "Only visible to you"),
        el("div", { class: "who" }, el("b", {}, user.real_name), one.is_bot && el("span", { class: "app-mark" }, "APP"),
          el("time", { title: new Date(Number(one.ts) * 1000).toLocaleString("en-GB") }, clock(one.ts)), one.edited && el("span", { class: "mark" }, "(edited)")),
        body, one.files.length > 0 && el("div", { class: "files" }, one.files.map(file)),
        Object.keys(one.reactions).length > 0 && reactions(Object.entries(one.reactions)), thread),
      hover);
    return el("div", { class: "entry" }, first && el("div", { class: "day" }, el("span", {}, dayName(one.ts))), article,
      below > 0 && el("div", { class: "day left" }, el("span", {}, replies(below))));
  }
}
