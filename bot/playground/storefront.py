"""The shop's page: it runs, word for word, what `/promo snippet` gives for a list."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.promo.lists import PromoList
from bot.promo.snippet import Fallback, FallbackList, GeneralCode, HideOffer, snippet

_PAGE = Path(__file__).parent / "page" / "storefront.html"
_MARK = re.compile(r"__([A-Z]+)__")
_GENERAL = "TEN"


def storefront_page(lists: Sequence[PromoList], asked: Mapping[str, str], root: str) -> str:
    """The page for `?list=<id>` (without it, the first list) and `&fallback=<id>` or `&general=<code>`.

    An id that no list has is asked all the same, as a shop's page with an old snippet does. `root` is the playground.
    """
    by_id = {one.id: one for one in lists}
    wanted = asked.get("list") or next(iter(by_id), "none")
    promo_list = by_id.get(wanted) or PromoList(wanted, "", 0)
    fallback = _fallback(asked, by_id)
    values = {
        "TITLE": html.escape(promo_list.title),
        "LISTS": _options([(one.id, one.title) for one in lists], promo_list.id, promo_list.title),
        "FALLBACKS": _fallbacks(lists, promo_list, fallback),
        "KNOWN": "yes" if promo_list.id in by_id else "no",
        "LOADER": html.escape(f"{root}/shop/loader.js"),
        "TYPED": html.escape(_typed(promo_list, fallback)),
        "LIST": html.escape(promo_list.id),
        # What the command gives needs no escaping inside a script.
        "SNIPPET": snippet(promo_list, fallback),
    }
    return _MARK.sub(lambda mark: values[mark[1]], _PAGE.read_text(encoding="utf-8"))


def _fallback(asked: Mapping[str, str], by_id: Mapping[str, PromoList]) -> Fallback:
    second = asked.get("fallback", "")
    if code := asked.get("general") or (second[1:-1] if second.startswith('"') else ""):
        return GeneralCode(code)
    return FallbackList(by_id.get(second) or PromoList(second, "", 0)) if second else HideOffer()


def _fallbacks(lists: Sequence[PromoList], promo_list: PromoList, fallback: Fallback) -> str:
    general = fallback.code if isinstance(fallback, GeneralCode) else _GENERAL
    choices = [("", "Hide the offer"), (f'"{general}"', f"The general code {general}")]
    choices += [(one.id, f"Ask {one.title}") for one in lists if one.id != promo_list.id]
    match fallback:
        case HideOffer():
            return _options(choices, "")
        case GeneralCode(code):
            return _options(choices, f'"{code}"')
        case FallbackList(second):
            return _options(choices, second.id, f"Ask {second.title}")


def _options(choices: Sequence[tuple[str, str]], chosen: str, title: str = "") -> str:
    every = list(choices) if chosen in dict(choices) else [*choices, (chosen, title)]
    return "".join(
        f'<option value="{html.escape(value)}"{" selected" if value == chosen else ""}>{html.escape(text)}</option>'
        for value, text in every
    )


def _typed(promo_list: PromoList, fallback: Fallback) -> str:
    match fallback:
        case HideOffer():
            return f"/promo snippet {promo_list.id}"
        case GeneralCode(code):
            return f'/promo snippet {promo_list.id} fallback "{code}"'
        case FallbackList(second):
            return f"/promo snippet {promo_list.id} fallback {second.id}"
