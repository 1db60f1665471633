// Before PersonaClick's loader: the clock that can be moved, and which of two devices this browser is.
(function () {
  const AHEAD = "shop.ahead", DEVICE = "shop.device", HELD = "personaclick.";
  const real = Date.now.bind(Date);
  const ahead = () => Number(localStorage.getItem(AHEAD)) || 0;
  Date.now = () => real() + ahead();

  const entries = () => Object.fromEntries(Object.keys(localStorage).filter((one) => one.startsWith(HELD)).map((one) => [one, localStorage.getItem(one)]));

  window.shop = {
    calls: [],
    device: () => localStorage.getItem(DEVICE) || "1",
    move: (minutes) => localStorage.setItem(AHEAD, String(minutes === null ? 0 : ahead() + minutes * 60_000)),
    ahead,
    held: () => Object.entries(entries()).map(([key, value]) => ({ id: key.split(".").slice(2).join("."), ...JSON.parse(value) })),
    // What the other device holds is put aside and taken up again.
    become(device) {
      if (device === this.device()) return;
      localStorage.setItem(`shop.held.${this.device()}`, JSON.stringify(entries()));
      for (const key of Object.keys(entries())) localStorage.removeItem(key);
      for (const [key, value] of Object.entries(JSON.parse(localStorage.getItem(`shop.held.${device}`) || "{}"))) localStorage.setItem(key, value);
      localStorage.setItem(DEVICE, device);
    },
  };
  window.addEventListener("personaclick", (event) => {
    window.shop.calls.push(event.detail);
    window.dispatchEvent(new Event("shop-called"));
  });
})();
