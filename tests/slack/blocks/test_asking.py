"""The card that asks which part of a file holds the codes, and what the ordinary card says of how they were read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import WrongState
from bot.listeners.reading import picked
from bot.promo.findings import Candidate, Checked, Column, Fate, Finding, Kind, Layout, Marked, Options, Part, Shape
from bot.promo.uploads import CardContext, State, Upload
from bot.slack.blocks.cards.card import card
from bot.stand_ins.slack import problems_with_blocks

CODE = Candidate("codes.csv", "", 1, "Voucher code", ("AB•••1", "CD•••2", "EF•••3"))
PIN = Candidate("codes.csv", "", 2, "PIN", ("12••", "34••", "56••"))
COLUMNS = (Column(0, "Amount", "1•"), Column(1, "Voucher code", "AB•••1"), Column(2, "PIN", "12••"))
CHECKED = Checked(
    codes=20,
    rows=20,
    parts=(Part("codes.csv", 0, 20),),
    findings=(),
    samples=("AB•••1", "CD•••2", "EF•••3"),
    layout=Layout("csv", "utf-8", candidates=(CODE, PIN), asks=True, columns=COLUMNS),
    shape=Shape((), (), (), 20),
    digest="d",
)
UPLOAD = Upload(ref="r1", state=State.CHECKED, list_id="7", list_name="Spring", file_name="codes.csv", checked=CHECKED)


def shown(checked: Checked) -> tuple[str, list[str], list[dict[str, Any]]]:
    """The card's text, its buttons, and its blocks."""
    message = card(replace(UPLOAD, checked=checked), CardContext(), 1.0)
    buttons = [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
    return message.text, buttons, message.blocks


def test_each_candidate_has_a_button_and_nothing_can_be_uploaded() -> None:
    """Titles and three masked samples of each, what is ignored, and no Upload before a click."""
    text, buttons, blocks = shown(CHECKED)
    assert buttons == [
        "Codes are in “Voucher code”",
        "Codes are in “PIN”",
        "All of them",
        "Cancel",
        "Reading options",
    ]
    assert "Voucher code: AB•••1 CD•••2 EF•••3" in text
    assert "Not taken from it: “Amount”." in text
    assert problems_with_blocks(blocks, "message") == []


def test_three_are_offered_at_most() -> None:
    """More candidates than three are counted."""
    five = tuple(replace(CODE, column=n, title=f"Code {n}") for n in range(5))
    text, buttons, _ = shown(replace(CHECKED, layout=replace(CHECKED.layout, candidates=five)))
    assert [one for one in buttons if one.startswith("Codes are in")] == [f"Codes are in “Code {n}”" for n in range(3)]
    assert "and 2 more" in text


def test_one_candidate_is_shown_and_asked() -> None:
    """A list that may be of words is shown, and one click says that these are codes."""
    text, buttons, _ = shown(replace(CHECKED, layout=Layout("txt", candidates=(replace(CODE, title=""),), asks=True)))
    assert text.startswith("Are these promo codes?")
    assert buttons == ["Yes, these are codes", "Cancel", "Reading options"]


def test_sheets_and_files_are_named() -> None:
    """Candidates of several sheets are named by their sheets."""
    sheets = (replace(CODE, sheet="May"), replace(CODE, sheet="June"))
    _, buttons, _ = shown(replace(CHECKED, layout=replace(CHECKED.layout, candidates=sheets)))
    assert buttons[:2] == ["Codes are in “May, Voucher code”", "Codes are in “June, Voucher code”"]


def test_marked_codes_are_told_with_a_button() -> None:
    """10 of 30 are marked as used (column Status), and one click loads them all the same."""
    found = replace(
        CHECKED,
        rows=30,
        findings=(Finding(Kind.USED, Fate.LEFT_OUT, 10, (2, 3, 4)),),
        marked=(Marked(Kind.USED, "Status", 10, 30),),
        nearest_expiry="2027-01-31",
        layout=Layout("csv", "utf-8", taken=("1. AB•••1", "AB•••1"), passed=("used.csv",)),
        makes=(("AAA-99", 19), ("AA-9", 1)),
    )
    text, buttons, blocks = shown(found)
    for words in (
        "(19 of 20 are like AAA-99, others like AA-9)",
        "of 1. AB•••1 only AB•••1",
        "10 of 30 codes are marked as used (column “Status”): left out.",
        "The earliest expiry date is 31 January 2027.",
        "Not read: used.csv, as its name says that its codes are used or old.",
        "Nothing else is left out.",
    ):
        assert words in text
    assert "Load the 10 used codes, too" in buttons
    assert problems_with_blocks(blocks, "message") == []
    kept = replace(found, findings=(Finding(Kind.USED, Fate.KEPT, 10, (2, 3, 4)),))
    text, buttons, _ = shown(kept)
    assert "10 of 30 codes are marked as used (column “Status”): uploaded all the same." in text
    assert "Leave them out again" in buttons


@pytest.mark.parametrize(
    ("choice", "options"),
    [
        ("0", Options(column=1, trusted=True)),
        ("1", Options(column=2, trusted=True)),
        ("all", Options(every=True, trusted=True)),
    ],
)
def test_a_click_says_how_it_is_read(choice: str, options: Options) -> None:
    """The click on a candidate reads that column, the one on all reads each."""
    assert picked(UPLOAD, choice) == options


def test_a_click_on_a_card_that_changed_is_late() -> None:
    """A candidate that is no more there is refused."""
    with pytest.raises(WrongState):
        picked(UPLOAD, "7")
