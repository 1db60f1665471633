"""What people read about lists: the availability report, one list, help, and choices of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from bot.promo.lists import LOW, PromoList, Stock, by_need, matching, meant_by, stock
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.blocks.choices import ask, said
from bot.slack.blocks.counting import AVAILABLE_MEANS
from bot.slack.blocks.course import NO_COURSE, Course, course_chart, course_lines
from bot.slack.blocks.csv_files import csv_file
from bot.slack.blocks.history import NO_LINKS, lines_of, table_of
from bot.slack.blocks.kit import (
    Block,
    Bold,
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
    number,
    option,
    rich,
    small,
)
from bot.slack.blocks.outlook import NO_OUTLOOKS, Outlooks, by_urgency, pace, run_out_cell, run_out_line, tells
from bot.slack.blocks.tables import TABLE_ROWS, Cell, Does, data_table

_NOTHING_LOADED: Line = ["Nothing was loaded here with the bot yet. Drop a file of codes into a channel to begin."]
_MARKS = {Stock.EMPTY: " ○", Stock.LOW: " ◔"}
# So many of the neediest lists get a button of their own.
_LOADS_OFFERED = 3
# The places of the buttons in a table's rows, beyond those below it.
_ROW_BUTTONS = 1_000


def report(
    lists: Sequence[PromoList],
    *,
    words: str = "",
    at: float,
    shared_by: str = "",
    trouble: Sequence[Line] = (),
    old: bool = False,
    outlooks: Outlooks = NO_OUTLOOKS,
) -> Message:
    """The availability report of `lists`, neediest first; private unless `shared_by` somebody.

    `trouble` says why lists are missing or, if they are `old`, of when the counts are. Pace and run-out are told where
    there are `outlooks`.
    """
    ordered = by_urgency(lists, outlooks)
    first, table = summary(ordered), _table(ordered, outlooks, buttons=not shared_by)
    shown = len(table["rows"]) - 1
    above, below = (trouble, []) if old else ([], trouble)
    below = [*_rest(len(ordered) - shown), *below]
    shared: Line = [" · shared by ", Person(shared_by)] if shared_by else []
    read: list[Line] = [["Read ", When(at), *shared]] if not old else []
    blocks = [
        rich([*above, first]),
        table,
        *([rich(below)] if below else []),
        *([small(read)] if read else []),
        *([] if shared_by else [actions(_report_buttons(ordered, words, hidden=len(ordered) - shown))]),
    ]
    lines = [*above, first, *(_line(one, outlooks) for one in ordered[:shown]), *below]
    return Message(flat(lines), blocks, lines)


def _table(ordered: Sequence[PromoList], outlooks: Outlooks, *, buttons: bool) -> Block:
    head: list[str] = ["List", "Id", "Available", "State"]
    rows: list[list[Cell]] = [[one.beside_id, one.id, one.available, marked(one)] for one in ordered[:TABLE_ROWS]]
    if tells(ordered, outlooks):
        head += ["Pace", "Runs out", *(["Load"] if buttons else [])]
        for place, one in enumerate(ordered[:TABLE_ROWS]):
            told = outlooks.get((one.shop, one.id))
            rows[place] += [pace(told), run_out_cell(one, told)]
            rows[place] += [Does("Load", f"upload {one.choice.key}", _ROW_BUTTONS + place)] if buttons else []
    return data_table("Promo code lists by need", head, rows)


def _rest(count: int) -> list[Line]:
    verb = "is" if count == 1 else "are"
    return [[f"{counted(count, 'more list')} {verb} not in this table."]] if count else []


def _report_buttons(ordered: Sequence[PromoList], words: str, *, hidden: int) -> list[Block]:
    """Share, what the neediest lists need, and the file of all lists where some are not shown."""
    needy = [one for one in ordered if stock(one) is not Stock.IN_STOCK or len(ordered) == 1][:_LOADS_OFFERED]
    return [
        button("Share in channel", ids.SHARE, words[:2000]),
        *[load_button(promo_list, place, named=True) for place, promo_list in enumerate(needy)],
        *([button(f"All {number(len(ordered))} lists as a file", ids.LISTS_FILE, words[:2000])] if hidden else []),
    ]


def load_button(one: PromoList, place: int = 0, *, named: bool = False) -> Block:
    """A button that opens the upload form with this list chosen; `named` where it stands among others."""
    text = f"Load into {clip(one.title, 40)}" if named else "Load codes"
    return ask(text, f"upload {one.choice.key}", place)


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


def marked(one: PromoList) -> str:
    """How a list stands, with a mark where it needs codes: a circle as full as the list."""
    return f"{stock(one).value}{_MARKS.get(stock(one), '')}"


def _row(one: PromoList) -> tuple[str, str, int, str]:
    return one.beside_id, one.id, one.available, stock(one).value


def _line(one: PromoList, outlooks: Outlooks) -> Line:
    told = outlooks.get((one.shop, one.id))
    line = [f"{stock(one).value}: {one.beside_id} ({one.id}) – {number(one.available)} available"]
    return [*line, ". ", *run_out_line(one, told)] if tells([one], outlooks) and run_out_line(one, told) else line


def lists_csv(lists: Sequence[PromoList]) -> bytes:
    """The lists as CSV, those that need codes first."""
    return csv_file(("list", "id", "available", "state"), [_row(one) for one in by_need(lists)])


def one_list(
    one: PromoList,
    uploads: Sequence[Upload],
    at: float,
    links: Mapping[str, str] = NO_LINKS,
    trouble: Sequence[Line] = (),
    course: Course = NO_COURSE,
) -> Message:
    """One list: what it has left, its course and what that means, and its last uploads.

    `trouble` says of when the count is, if it is old.
    """
    lines: list[Line] = [
        *trouble,
        [Bold(number(one.available)), f" {'code' if one.available == 1 else 'codes'} available · {marked(one)}"],
        [f"Id {one.id}"],
        *course_lines(one, course),
    ]
    chart = course_chart(one, course)
    blocks = [header(one.title), rich(lines), *([chart] if chart else [])]
    if uploads:
        blocks.append(table_of("Last uploads", uploads, links, of_one_list=True))
    else:
        blocks.append(rich([_NOTHING_LOADED]))
    blocks += [
        small([[AVAILABLE_MEANS], ["Read ", When(at)]]),
        actions(
            [
                load_button(one),
                ask("All its uploads", f"history {one.choice.key}", 1),
                ask("Storefront snippet", f"snippet {one.choice.key}", 2),
            ]
        ),
    ]
    told = [[one.title], *lines, *(lines_of(uploads, links) if uploads else [_NOTHING_LOADED]), [AVAILABLE_MEANS]]
    return Message(flat(told), blocks, told)


def no_lists() -> Message:
    """The shop has no list at all."""
    return said(
        [
            ["There are no promo code lists yet."],
            ["Make one in PersonaClick, under Promo codes; it shows up here at once."],
        ]
    )


def list_options(lists: Sequence[PromoList], query: str, hint: str = "") -> list[Block]:
    """What a type-ahead select offers for what was typed: up to 100 lists, neediest first.

    Before anything is typed, those that `hint` may mean come first.
    """
    meant = meant_by(hint, lists) if hint and not query.strip() else []
    found = meant + [one for one in by_need(matching(query, lists)) if one not in meant]
    return [list_option(one) for one in found[:100]]


def list_option(one: PromoList) -> Block:
    """A list as a choice."""
    # An id that tells it from another stands at the end, and stays whole.
    end = f" ({one.id})" if one.twin else ""
    title = clip(one.title.removesuffix(end), 50 - len(end)) + end
    return option(f"{title} · {number(one.available)} available", list_key(one.shop, one.id))


def list_key(shop: str, list_id: str) -> str:
    """What stands for a list in a choice; short, for Slack takes 150 characters."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in (shop, list_id))


def parse_list_key(key: str) -> tuple[str, str]:
    """The shop and list id of a choice."""
    shop, _, list_id = key.partition("/")
    return unquote(shop), unquote(list_id)
