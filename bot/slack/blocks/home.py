"""The Home tab: what needs codes, and what is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.errors import NotAllowed, PersonaClickError
from bot.promo.lists import PromoList, Stock, by_need, stock
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.blocks.choices import ask
from bot.slack.blocks.history import lines_of
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Code,
    Line,
    When,
    actions,
    button,
    clip,
    counted,
    header,
    number,
    rich,
    small,
)
from bot.slack.blocks.lists import summary
from bot.slack.blocks.problems import explain, missing_shops

_LISTS = 15
# So that all of them fit, whatever their names.
_TITLE = 120


def home_view(
    lists: Sequence[PromoList] | PersonaClickError,
    uploads: Sequence[Upload],
    at: float,
    failures: Mapping[str, PersonaClickError] = MappingProxyType({}),
) -> Block:
    """One person's Home tab; `failures` say why lists of some shops are missing."""
    blocks: list[Block] = [header("Available codes")]
    if isinstance(lists, PersonaClickError):
        blocks += explain(lists).blocks
    else:
        blocks.append(rich([*_lists(lists), *missing_shops(failures)]))
    blocks.append(
        actions(
            [
                ask("Load codes", "upload", style="primary"),
                button("Refresh", ids.REFRESH_HOME),
            ]
        )
    )
    blocks += [header("Last uploads"), rich(_uploads(uploads)), small([["Read ", When(at)]])]
    return {"type": "home", "blocks": blocks}


def closed_home(error: NotAllowed) -> Block:
    """The Home tab of a person who may not use the bot."""
    return {"type": "home", "blocks": explain(error).blocks}


def _lists(lists: Sequence[PromoList]) -> list[Line]:
    if not lists:
        return [["There are no promo code lists yet. Make one in PersonaClick, under Promo codes."]]
    ordered = by_need(lists)
    lines = [summary(ordered), *map(_list, ordered[:_LISTS])]
    if len(ordered) > _LISTS:
        lines.append([f"and {counted(len(ordered) - _LISTS, 'more list', 'more lists')}: ", Code("/promo lists")])
    return lines


def _list(one: PromoList) -> Line:
    state = f" · {stock(one).value}" if needs(one) else ""
    return [Bold(clip(one.title, _TITLE)), f"  {number(one.available)} available{state}"]


def needs(one: PromoList) -> bool:
    """Whether a list is low or empty."""
    return stock(one) is not Stock.IN_STOCK


def _uploads(uploads: Sequence[Upload]) -> list[Line]:
    if not uploads:
        return [["Nothing yet. Drop a file of codes into a channel I am in."]]
    return lines_of(uploads)
