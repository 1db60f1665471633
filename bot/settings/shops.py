"""The shops of the setting SHOPS."""

from __future__ import annotations

import json
from typing import Any

from bot.errors import SettingsError
from bot.promo.lists import Shop
from bot.settings.words import THEN

# A shop's name stands before the name of each of its lists.
LONGEST_NAME = 60


def shops_of(text: str) -> tuple[Shop, ...]:
    """The shops of `{"name": {"shop_id": "…", "shop_secret": "…"}}`. Raises SettingsError that says what is wrong."""
    try:
        # As pairs, for of two shops with one name JSON would keep the last.
        found = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise _wrong(f"is not JSON: something is wrong at character {error.pos + 1}") from None
    except (ValueError, RecursionError):
        raise _wrong("is not JSON") from None
    if not isinstance(found, _Pairs):
        raise _wrong("is JSON, but not an object of shops by name")
    if not found:
        raise _wrong("names no shop")
    shops = tuple(_shop(str(name).strip(), about) for name, about in found)
    if len({shop.name.casefold() for shop in shops}) < len(shops):
        raise _wrong("names a shop twice")
    by_id: dict[str, str] = {}
    for shop in shops:
        if (other := by_id.setdefault(shop.shop_id, shop.name)) != shop.name:
            raise _wrong(f"has one shop under two names: “{other}” and “{shop.name}” have the same shop_id")
    return shops


class _Pairs(list[tuple[str, Any]]):
    """A JSON object, as its pairs."""


def _shop(name: str, about: object) -> Shop:
    if not name:
        raise _wrong("has a shop without a name")
    if len(name) > LONGEST_NAME:
        raise _wrong(f"has a name of more than {LONGEST_NAME} characters")
    if not isinstance(about, _Pairs):
        raise _wrong(f"has no object with shop_id and shop_secret for “{name}”")
    fields = dict(about)
    shop_id, secret = fields.get("shop_id"), fields.get("shop_secret")
    if isinstance(shop_id, bool) or not isinstance(shop_id, str | int) or not str(shop_id).strip():
        raise _wrong(f"has no shop_id for “{name}”")
    if not isinstance(secret, str) or not secret.strip():
        raise _wrong(f"has no shop_secret for “{name}”")
    return Shop(name, str(shop_id).strip(), secret.strip())


def _wrong(problem: str) -> SettingsError:
    return SettingsError("SHOPS", problem, THEN["SHOPS"])
