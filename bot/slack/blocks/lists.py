"""What people read about lists: the availability report, one list, help, and choices of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from urllib.parse import unquote

from bot.errors import PersonaClickError
from bot.promo.lists import LOW, PromoList, Stock, by_need, matching, stock
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.blocks.csv_files import csv_file
from bot.slack.blocks.history import lines_of, table_of
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Code,
    Line,
    Message,
    Person,
    When,
    actions,
    button,
    clip,
    counted,
    flat,
    header,
    names,
    number,
    option,
    rich,
    small,
)
from bot.slack.blocks.problems import missing_shops
from bot.slack.blocks.tables import TABLE_ROWS, data_table

_NOTHING_LOADED: Line = ["Nothing was loaded here with the bot yet. Drop a file of codes into a channel to begin."]
# What was typed is said again in an answer, but not pages of it.
_ECHO = 100


def report(
    lists: Sequence[PromoList],
    *,
    words: str = "",
    at: float,
    shared_by: str = "",
    failures: Mapping[str, PersonaClickError] = MappingProxyType({}),
) -> Message:
    """The availability report of `lists`, neediest first; private unless `shared_by` somebody.

    `failures` say why lists of some shops are missing.
    """
    ordered = by_need(lists)
    first, table = summary(ordered), _table(ordered)
    shown = len(table["rows"]) - 1
    below = [*_rest(len(ordered) - shown, shared=bool(shared_by)), *missing_shops(failures)]
    shared: Line = [" · shared by ", Person(shared_by)] if shared_by else []
    blocks = [
        rich([first]),
        table,
        *([rich(below)] if below else []),
        small([["Read ", When(at), *shared]]),
        *([] if shared_by else [actions([button("Share in channel", ids.SHARE, words[:2000])])]),
    ]
    lines = [first, *map(_line, ordered[:shown]), *below]
    return Message(flat(lines), blocks, lines)


def _table(ordered: Sequence[PromoList]) -> Block:
    head = ("List", "Id", "Available", "State")
    return data_table("Promo code lists by need", head, [_row(one) for one in ordered[:TABLE_ROWS]])


def _rest(count: int, *, shared: bool) -> list[Line]:
    where = "are not in this table: /promo lists has them." if shared else "come to you as a file."
    return [[f"The other {counted(count, 'list')} {where}"]] if count else []


def summary(lists: Sequence[PromoList]) -> Line:
    """How the lists stand, in one line."""
    states = [stock(one) for one in lists]
    parts = [
        f"{number(states.count(state))} {word}"
        for state, word in ((Stock.EMPTY, "empty"), (Stock.LOW, "low"), (Stock.IN_STOCK, "in stock"))
        if state in states
    ]
    total = sum(one.available for one in lists)
    low = f" Low means under {LOW}." if Stock.LOW in states else ""
    return [Bold(counted(len(lists), "list")), f": {', '.join(parts)}. {counted(total, 'code')} available.{low}"]


def _row(one: PromoList) -> tuple[str, str, int, str]:
    return one.title, one.id, one.available, stock(one).value


def _line(one: PromoList) -> Line:
    return [f"{stock(one).value}: {one.title} ({one.id}) – {number(one.available)} available"]


def rest_csv(lists: Sequence[PromoList]) -> bytes | None:
    """The lists a report has no room for, as CSV; None when all are shown."""
    ordered = by_need(lists)
    shown = len(_table(ordered)["rows"]) - 1
    if shown >= len(ordered):
        return None
    return csv_file(("list", "id", "available", "state"), [_row(one) for one in ordered[shown:]])


def one_list(one: PromoList, uploads: Sequence[Upload], at: float) -> Message:
    """One list: what it has left, and its last uploads."""
    lines: list[Line] = [
        [Bold(number(one.available)), f" {'code' if one.available == 1 else 'codes'} available · {stock(one).value}"],
        [f"Id {one.id}"],
    ]
    blocks = [header(one.title), rich(lines)]
    if uploads:
        blocks.append(table_of("Last uploads", uploads, of_one_list=True))
    else:
        blocks.append(rich([_NOTHING_LOADED]))
    blocks.append(small([["Read ", When(at)]]))
    told = [[one.title], *lines, *(lines_of(uploads) if uploads else [_NOTHING_LOADED])]
    return Message(flat(told), blocks, told)


def no_lists() -> Message:
    """The shop has no list at all."""
    return _said(
        ["There are no promo code lists yet."],
        ["Make one in PersonaClick, under Promo codes; it shows up here at once."],
    )


def no_match(words: str, near: Sequence[PromoList]) -> Message:
    """No list matches; what comes close is named."""
    first = [f"No list matches “{clip(words, _ECHO)}”."]
    if near:
        return _said(first, [f"Did you mean {names([one.title for one in near], last='or')}?"])
    return _said(first, ["Type ", Code("/promo lists"), " to see every list."])


@cache
def help_message() -> Message:
    """What can be typed, with examples."""
    lines: list[Line] = [
        [Code("/promo lists"), "  how many codes each list has left"],
        [Code("/promo lists sale"), "  only lists with “sale” in the name"],
        [Code("/promo list spring sale"), "  one list and its last uploads"],
        [Code("/promo upload"), "  load codes from a file or pasted text, privately"],
        [Code("/promo upload spring sale"), "  the same, with the list chosen"],
        [Code("/promo history"), "  who loaded what, when, with which result"],
        ["Or drop a file of codes into a channel I am in: CSV, TSV, TXT, Excel, ODS, JSON, ZIP or GZ."],
        ["Nothing is uploaded before you confirm."],
    ]
    return Message(
        flat([["What you can type"], *lines]),
        [header("What you can type"), rich(lines), actions([button("Load codes", ids.OPEN_FORM)])],
    )


def unknown_word(word: str, nearest: str) -> Message:
    """The word after /promo is none of the commands."""
    first: Line = [f"I do not know “{clip(word, _ECHO)}”."]
    if nearest:
        return _said(
            first, ["Did you mean ", Code(f"/promo {nearest}"), "? ", Code("/promo help"), " shows all commands."]
        )
    return _said(first, [Code("/promo help"), " shows what you can type."])


def _said(*lines: Line) -> Message:
    return Message(flat(lines), [rich(lines)])


def list_options(lists: Sequence[PromoList], query: str) -> list[Block]:
    """What a type-ahead select offers for what was typed: up to 100 lists, neediest first."""
    return [list_option(one) for one in by_need(matching(query, lists))[:100]]


def list_option(one: PromoList) -> Block:
    """A list as a choice."""
    title = one.title if len(one.title) <= 50 else f"{one.title[:49]}…"
    return option(f"{title} · {number(one.available)} available", list_key(one.shop, one.id))


def list_key(shop: str, list_id: str) -> str:
    """What stands for a list in a choice; short, for Slack takes 150 characters."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in (shop, list_id))


def parse_list_key(key: str) -> tuple[str, str]:
    """The shop and list id of a choice."""
    shop, _, list_id = key.partition("/")
    return unquote(shop), unquote(list_id)
