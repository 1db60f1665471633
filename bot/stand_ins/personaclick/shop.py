"""The storefront page that asks for a code the way the seed document says."""

from __future__ import annotations

import html
import json

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color:#1d1c1d}
output{display:block;font:600 1.6rem ui-monospace,monospace;border:2px dashed #bbb;border-radius:10px;
padding:1rem;text-align:center;margin:1.5rem 0}button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}
small{color:#616061}</style></head><body>
<h1>__NAME__</h1><p>Your promo code for this order:</p><output id="code">…</output>
<p><button id="again">Open the page again</button><button id="later">Let 2 hours pass</button>
<button id="other">Be another shopper</button></p><p><small id="note"></small></p>
<script>
const API = __API__, SHOP_ID = __SHOP_ID__, LIST = __LIST__, TWO_HOURS = 2 * 60 * 60 * 1000;
const KEY = "personaclick_promo_code_" + LIST;
const cached = () => { try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; } };
// Each page view moves the end of a running cache to two hours from now.
function viewPage() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith("personaclick_promo_code_")) continue;
    let entry = null;
    try { entry = JSON.parse(localStorage.getItem(key)); } catch { entry = null; }
    if (entry && entry.until > Date.now()) {
      localStorage.setItem(key, JSON.stringify({...entry, until: Date.now() + TWO_HOURS}));
    } else localStorage.removeItem(key);
  }
}
// The API ties a code to its device; a new device id per cache period gives the next code when a period is over.
function personaclick(method, params, success, error) {
  const entry = cached();
  if (entry && entry.until > Date.now()) return success(entry.code);
  const did = Date.now().toString(36) + Math.random().toString(36).slice(2);
  const query = new URLSearchParams({shop_id: SHOP_ID, id: params.id, did});
  return fetch(API + "/promo_codes/fetch?" + query).then(async answer => {
    const body = await answer.json();
    if (!answer.ok) throw body;
    localStorage.setItem(KEY, JSON.stringify({code: body.code, until: Date.now() + TWO_HOURS}));
    success(body.code);
  }).catch(problem => error && error(problem));
}
function show() {
  viewPage();
  personaclick("get_promo_code", {id: LIST}, code => {
    document.getElementById("code").textContent = code;
    document.getElementById("note").textContent =
      "Kept on this device until " + new Date(cached().until).toLocaleTimeString() + ".";
  }, () => {
    document.getElementById("code").textContent = "No code today";
    document.getElementById("note").textContent = "The list is empty, or PersonaClick does not answer.";
  });
}
document.getElementById("again").onclick = show;
for (const id of ["later", "other"]) {
  document.getElementById(id).onclick = () => { localStorage.removeItem(KEY); show(); };
}
show();
</script></body></html>
"""


def shop_page(api: str, shop_id: str, list_id: str, name: str) -> str:
    """The page of one list; `api` is the address of the stand-in."""
    values = {"__API__": api, "__SHOP_ID__": shop_id, "__LIST__": list_id}
    page = _PAGE.replace("__NAME__", html.escape(name))
    for mark, value in values.items():
        page = page.replace(mark, json.dumps(value).replace("<", "\\u003c"))
    return page
