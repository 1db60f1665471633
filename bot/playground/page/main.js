// The page: holds who one is and where, and draws what the stand-in Slack tells.
import { blocks, sender } from "./blocks.js";
import { composer, dropzone } from "./composer.js";
import { by, carry, el, icon, post, toast } from "./dom.js";
import { Forms } from "./forms.js";
import { Requests } from "./log.js";
import { avatar, Pane } from "./messages.js";
import { Shop } from "./shop.js";
import { Steps } from "./steps.js";
import { know } from "./text.js";

const KINDS = { member: "Members", guest: "Guests", stranger: "Another company" };

class App {
  constructor() {
    Object.assign(this, { me: "U1", channel: "C1", home: false, thread: "", expected: "", read: new Map(), told: new Set() });
    this.main = new Pane(by("messages"), this, false);
    this.side = new Pane(by("thread-messages"), this, true);
    this.forms = new Forms(this);
    this.steps = new Steps(this);
    this.requests = new Requests(by("log"), by("filters"));
    this.composer = composer(by("composer"), this, () => "");
    this.reply = composer(by("thread-composer"), this, () => this.thread);
    dropzone(by("pane"), this, () => "");
    dropzone(by("thread"), this, () => this.thread);
    for (const one of ["dragover", "drop"]) window.addEventListener(one, (event) => event.preventDefault());
    document.addEventListener("click", (event) => this.follow(event));
    by("thread-close").addEventListener("click", () => this.openThread(""));
    by("thread-close").append(icon("x"));
    by("me").addEventListener("change", () => this.become(by("me").value));
    window.addEventListener("popstate", () => { this.restore(); this.draw(); });
    this.restore();
    this.listen();
    this.refresh().then(() => {
      // What was said before the page was opened is no news.
      by("toasts").replaceChildren();
      this.composer.area.focus({ preventScroll: true });
    });
  }

  // Where one is stands in the address, so that a reload stays there and Back leads back. What only this person saw is
  // gone after a reload, as in Slack.
  restore() {
    const [place, thread] = location.hash.slice(1).split("/");
    Object.assign(this, { home: place === "home", channel: place && place !== "home" ? place : "C1", thread: thread ?? "" });
  }
  remember() {
    const wanted = `#${this.home ? "home" : this.channel}${this.thread && !this.home ? `/${this.thread}` : ""}`;
    if (location.hash !== wanted) history.pushState(null, "", wanted);
  }

  user(id) { return this.state?.users.find((one) => one.id === id); }
  here() { return this.state?.channels.find((one) => one.id === this.channel); }
  placeName() { return this.here()?.kind === "im" ? "Promo codes" : `#${this.here()?.name}`; }
  request(one) { this.requests.add(one); this.steps.saw(one); }
  ask(text) { if (this.home) this.go("C1"); this.composer.put(text); }

  repliers(message) {
    const every = (this.state.messages[this.channel] ?? []).filter((one) => one.thread_ts === message.ts && one.ts !== message.ts);
    return [...new Set(every.map((one) => one.user))].slice(0, 3).map((id) => this.user(id)).filter(Boolean);
  }

  listen() {
    this.source?.close();
    this.source = new EventSource(`/api/events?user=${this.me}`);
    this.source.addEventListener("message", () => this.refresh());
    this.source.addEventListener("log", (event) => this.request(JSON.parse(event.data)));
    this.source.addEventListener("error", () => by("gone").removeAttribute("hidden"));
    this.source.addEventListener("open", () => {
      by("gone").hidden = true;
      fetch("/api/log").then((one) => one.json()).then((found) => found.forEach((one) => this.request(one))).catch(() => undefined);
    });
  }

  async become(user) {
    Object.assign(this, { me: user, thread: "", expected: "" });
    this.told.clear();
    this.listen();
    await this.refresh();
    if (this.home) post("/api/home", { user });
  }

  async refresh() {
    if (this.asking) { this.again = true; return; }
    this.asking = true;
    try {
      do {
        this.again = false;
        const found = await fetch(`/api/state?user=${this.me}`).then((one) => one.json()).catch(() => ({}));
        // It was started anew, and knows nothing of what stands here.
        if (found.version < this.state?.version) { location.reload(); return; }
        if (found.version !== undefined && found.me === this.me) { this.forget(found); this.state = found; this.draw(); }
      } while (this.again);
    } finally {
      this.asking = false;
    }
  }

  forget(found) {
    this.gone ??= new Set(Object.values(found.messages).flat().filter((one) => one.ephemeral).map((one) => one.ts));
    for (const [id, every] of Object.entries(found.messages)) found.messages[id] = every.filter((one) => !this.gone.has(one.ts));
  }

  draw() {
    const { state } = this;
    know(state.users, state.channels);
    if (!this.here()) this.channel = state.channels[0]?.id;
    this.people();
    this.places();
    this.pane();
    this.forms.show(state.views);
    for (const one of state.notices) if (!this.told.has(one.id)) { this.told.add(one.id); toast(one.text); }
  }

  people() {
    const every = this.state.users.filter((one) => one.kind !== "bot");
    const me = this.user(this.me);
    if (by("me").querySelectorAll("option").length !== every.length) {
      by("me").replaceChildren(...Object.entries(KINDS).map(([kind, label]) => el("optgroup", { label },
        every.filter((one) => one.kind === kind).map((one) => el("option", { value: one.id }, one.real_name)))));
    }
    by("me").value = this.me;
    by("me-face").replaceChildren(avatar(me));
    by("me-title").textContent = me.kind === "member" ? me.title : { guest: `Guest, ${me.title}`, stranger: me.title }[me.kind];
  }

  places() {
    const { messages, channels } = this.state;
    const last = (id) => Math.max(0, ...(messages[id] ?? []).map((one) => Number(one.ts)));
    if (!this.drawnPlaces) for (const one of channels) this.read.set(one.id, last(one.id));
    if (!this.home) this.read.set(this.channel, last(this.channel));
    const fresh = (id) => (messages[id] ?? []).filter((one) => one.user !== this.me && Number(one.ts) > (this.read.get(id) ?? 0)).length;
    const line = (key, current, picture, name, count, onclick) => el("button", { type: "button", class: count ? "unread" : "", "data-key": key, "aria-current": String(current), onclick },
      picture, el("span", {}, name), count > 0 && el("span", { class: "new", "aria-label": `${count} new` }, count));
    const place = (one, picture, name) => {
      const current = !this.home && one.id === this.channel;
      return line(one.id, current, picture, name, current ? 0 : fresh(one.id), () => this.go(one.id));
    };
    const hash = () => el("span", { class: "hash", "aria-hidden": "true" }, "#");
    const made = el("div", {}, el("h2", {}, "Channels"),
      channels.filter((one) => one.kind === "channel").map((one) => place(one, hash(), el("span", {}, one.name, one.is_ext_shared && " ", one.is_ext_shared && el("em", { title: "Shared with another company" }, "shared")))),
      el("h2", {}, "Promo codes"),
      channels.filter((one) => one.kind === "im").map((one) => place(one, icon("chat"), "Messages")),
      line("home", this.home, icon("home"), "Home", 0, () => this.goHome()));
    const key = [made.textContent, this.me, this.channel, this.home].join();
    if (key === this.drawnPlaces) return;
    const go = carry(by("places"), made);
    this.drawnPlaces = key;
    by("places").replaceChildren(made);
    go();
  }

  pane() {
    const place = this.here();
    const bot = this.state.users.find((one) => one.kind === "bot")?.real_name ?? "";
    by("title").textContent = this.home || place?.kind === "im" ? bot : `# ${place?.name}`;
    by("topic").textContent = this.home ? "Home" : place?.kind === "im" ? "Direct message with the app" : place?.topic ?? "";
    by("members").replaceChildren(...(this.home || place?.kind !== "channel" ? [] : [icon("people", 16), String(place.members.length), el("span", { class: "unseen" }, " members")]));
    by("members").title = (place?.members ?? []).map((id) => this.user(id)?.real_name).join(", ");
    by("composer").hidden = this.home;
    this.composer.area.placeholder = `Message ${this.home ? "" : this.placeName()}, or type /promo`;
    this.reply.area.placeholder = "Reply…";
    if (this.home) { this.drawHome(); return; }
    const every = this.state.messages[this.channel] ?? [];
    this.main.show(`${this.me} ${this.channel}`, every.filter((one) => !one.thread_ts || one.thread_ts === one.ts), this.channel, this.welcome(place));
    if (every.some((one) => one.thread_ts === this.expected && one.ts !== this.expected)) Object.assign(this, { thread: this.expected, expected: "" });
    const thread = this.thread ? every.filter((one) => one.ts === this.thread || one.thread_ts === this.thread) : [];
    by("thread").hidden = !thread.length;
    by("thread-place").textContent = this.placeName();
    if (thread.length) this.side.show(`${this.me} ${this.thread}`, thread, this.channel);
  }

  welcome(place) {
    const direct = place?.kind === "im";
    return el("div", { class: "empty welcome" }, icon(direct ? "chat" : "ticket", 34), el("h2", {}, direct ? "Promo codes, just for you" : `This is #${place?.name}`),
      el("p", {}, "Type ", el("code", {}, "/promo lists"), " to see what is left, ", el("code", {}, "/promo history"), " to see who loaded what, or drop a file of codes anywhere here."),
      el("button", { type: "button", class: "btn primary", onclick: () => this.ask("/promo lists") }, "Try /promo lists"));
  }

  drawHome() {
    by("thread").hidden = true;
    const view = this.state.home;
    const key = `home ${this.me} ${JSON.stringify(view?.blocks)}`;
    if (this.main.place === key) return;
    const was = by("messages").firstElementChild;
    this.main.show(key, [], "");
    const place = { user: this.me, view_id: view?.id };
    const made = el("div", { class: "home" }, view ? blocks(view.blocks, { place, key: view.id, act: sender(post, place) }) : el("p", { class: "empty" }, `The app has put nothing on the Home tab of ${this.user(this.me).real_name}.`));
    const go = was ? carry(was, made) : () => {};
    by("messages").replaceChildren(made);
    by("messages").scrollTop = 0;
    go();
  }

  // A file's thread opens when its card comes; a file that is no list of codes gets none.
  expect(ts) { Object.assign(this, { thread: "", expected: ts }); return this.refresh(); }
  go(channel) { Object.assign(this, { home: false, channel, thread: "", expected: "" }); this.remember(); this.draw(); this.composer.area.focus(); }
  goHome() { Object.assign(this, { home: true, expected: "" }); this.remember(); this.draw(); post("/api/home", { user: this.me }); }

  // A link to a message leads to it here, not to a page that is not there.
  follow(event) {
    const link = new URL(event.target.closest?.("a[href]")?.href ?? "x:");
    const [, channel, digits] = /^\/archives\/(\w+)\/p(\d+)$/.exec(link.pathname) ?? [];
    if (!channel) return;
    event.preventDefault();
    if (!this.state.channels.some((one) => one.id === channel)) { toast("This message is in a place you are not in."); return; }
    const ts = `${digits.slice(0, -6)}.${digits.slice(-6)}`;
    const thread = link.searchParams.get("thread_ts");
    this.go(channel);
    if (thread) this.openThread(thread).then(() => this.side.point(ts));
    else this.main.point(ts);
  }

  openThread(ts) {
    Object.assign(this, { thread: ts, expected: "" });
    this.remember();
    this.draw();
    return this.refresh().then(() => (ts ? this.reply : this.composer).area.focus({ preventScroll: true }));
  }
}

const app = new App();
new Shop(by("shop"), () => app.steps.done(2));
