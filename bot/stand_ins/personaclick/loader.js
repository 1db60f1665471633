// A stand-in for PersonaClick's own loader, with the one call that storefronts make for promo codes:
// personaclick("get_promo_code", {id}, success, error). What it does is what the vendor's document says of it.
(function () {
  const API = __API__, SHOP_ID = __SHOP_ID__;
  const TWO_HOURS = 2 * 60 * 60 * 1000, PREFIX = "personaclick.promo_code.";
  const memory = new Map();
  const asking = new Map();
  const store = storage();

  // A page without an origin of its own has no storage that lasts.
  function storage() {
    try {
      window.localStorage.length;
      return window.localStorage;
    } catch {
      return { getItem: (key) => memory.get(key) ?? null, setItem: (key, value) => memory.set(key, value), removeItem: (key) => memory.delete(key) };
    }
  }

  // The code this device holds, as long as it holds it.
  function held(key) {
    try {
      const entry = JSON.parse(store.getItem(key));
      return entry && entry.until > Date.now() ? entry : null;
    } catch {
      return null;
    }
  }

  function hold(key, code) { store.setItem(key, JSON.stringify({ code, until: Date.now() + TWO_HOURS })); }

  // Opening a page moves the end of every code that is still held.
  for (const key of Object.keys(store)) {
    if (!key.startsWith(PREFIX)) continue;
    const entry = held(key);
    if (entry) hold(key, entry.code); else store.removeItem(key);
  }

  // The API ties a code to its device for good; a new device id for each period gives the next code when one is over.
  function device() { return Date.now().toString(36) + Math.random().toString(36).slice(2); }

  // Answers {status, code or message}; status 0 where no answer came.
  async function ask(id) {
    try {
      const answer = await fetch(API + "/promo_codes/fetch?" + new URLSearchParams({ shop_id: SHOP_ID, id, did: device() }));
      const body = await answer.json().catch(() => ({}));
      const message = body.message ?? body.payload?.message ?? "";
      return { status: answer.status, code: body.code, message };
    } catch {
      return { status: 0, message: "" };
    }
  }

  // The page that shows what happens listens to this; a shop has no need of it.
  function tell(id, detail) { window.dispatchEvent(new CustomEvent("personaclick", { detail: { id, ...detail } })); }

  async function getPromoCode(id, success, error) {
    const key = PREFIX + id;
    const entry = held(key);
    if (entry) {
      tell(id, { from: "device", status: 200, until: entry.until });
      success(entry.code);
      return;
    }
    if (!asking.has(key)) asking.set(key, ask(id).finally(() => asking.delete(key)));
    const answer = await asking.get(key);
    if (answer.status !== 200 || answer.code === undefined) {
      tell(id, { from: "PersonaClick", status: answer.status, message: answer.message });
      if (error) error({ status: answer.status, message: answer.message });
      return;
    }
    const code = String(answer.code);
    hold(key, code);
    tell(id, { from: "PersonaClick", status: 200, until: held(key).until });
    success(code);
  }

  window.personaclick = function (method, params, success, error) {
    if (method !== "get_promo_code") throw new TypeError("This stand-in knows get_promo_code only.");
    if (params?.id === undefined || typeof success !== "function") throw new TypeError("get_promo_code needs an id and a success callback.");
    // As with the real one, no callback runs before the call has returned.
    Promise.resolve().then(() => getPromoCode(String(params.id), success, error));
  };
})();
