"""The script that a shop's pages load: `personaclick("get_promo_code", …)` against this stand-in."""

from __future__ import annotations

import json
from pathlib import Path

_SCRIPT = Path(__file__).with_name("loader.js")


def loader(api: str, shop_id: str) -> str:
    """The script for one shop; `api` is the address of the stand-in's API."""
    script = _SCRIPT.read_text(encoding="utf-8")
    for mark, value in {"__API__": api, "__SHOP_ID__": shop_id}.items():
        script = script.replace(mark, json.dumps(value))
    return script
