"""One cell at a time: what is taken off, what is left out, what is only pointed at."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.files.cleaning import Cleaned, clean, one_value, whole_column
from bot.files.signs import spoiled
from bot.files.table import Mark
from bot.promo.findings import Kind, Options


@pytest.mark.parametrize(
    ("value", "code", "kinds"),
    [
        ("ABC123", "ABC123", []),
        ("  ABC123\t", "ABC123", [Kind.SPACES]),
        ("\u00a0ABC123\u202f", "ABC123", [Kind.SPACES]),
        ("\ufeffABC\u200b123", "ABC123", [Kind.INVISIBLE]),
        ("'ABC123'", "ABC123", [Kind.QUOTES]),
        (" “ ABC123 ” ", "ABC123", [Kind.SPACES, Kind.QUOTES]),
        ('""', "", [Kind.EMPTY]),
        ("", "", [Kind.EMPTY]),
        (" \u00a0 ", "", [Kind.EMPTY]),
        ("abc DEF", "abc DEF", [Kind.INNER_SPACE]),
        ("2.19E+26", "", [Kind.SCIENTIFIC]),
        ("1,23457E+15", "", [Kind.SCIENTIFIC]),
        ("219E01BE", "219E01BE", []),
        ("1E05", "1E05", []),
        ("#N/A", "", [Kind.CELL_ERROR]),
        ("#######", "", [Kind.CELL_ERROR]),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", [Kind.FORMULA]),
        ("TRUE", "", [Kind.BOOLEAN]),
        ("yanlış", "", [Kind.BOOLEAN]),
        ("#DEĞER!", "", [Kind.CELL_ERROR]),
        ("#ИМЯ?", "", [Kind.CELL_ERROR]),
        ("#NV", "", [Kind.CELL_ERROR]),
        ("#SALE10", "#SALE10", []),
        ("12:30", "12:30", [Kind.DATE]),
        ("2026/03/01", "2026/03/01", [Kind.DATE]),
        ("'45648746", "45648746", [Kind.QUOTES]),
        ('ABC123"', "ABC123", [Kind.QUOTES]),
        ("x" * 20_000, "", [Kind.TOO_LONG]),
        ("1-Mar", "1-Mar", [Kind.DATE]),
        ("Mar-24", "Mar-24", [Kind.DATE]),
        ("2024-03-01", "2024-03-01", [Kind.DATE]),
        ("01.03.2024", "01.03.2024", [Kind.DATE]),
        ("мар.26", "мар.26", [Kind.DATE]),
        ("Oca.26", "Oca.26", [Kind.DATE]),
        ("ene-26", "ene-26", [Kind.DATE]),
        ("MAR-1001", "MAR-1001", []),
        ("ARA-10", "ARA-10", []),
        ("MAR-2A4", "MAR-2A4", []),
        ("A\nB", "", [Kind.LINE_BREAK]),
        ("A\x07B", "A\x07B", [Kind.CONTROL]),
        ("\u0410BC12", "\u0410BC12", [Kind.LOOKALIKE]),
        ("ПРОМО12", "ПРОМО12", []),
        ("ЗИМА-AB12", "ЗИМА-AB12", []),
        ("\u0410-BC12", "\u0410-BC12", [Kind.LOOKALIKE]),
        ("ÄPFEL12", "ÄPFEL12", []),
        ("AB\ufffdC", "", [Kind.UNREADABLE_TEXT]),
        ("x" * 101, "", [Kind.TOO_LONG]),
        ("MiXeD-Case_9", "MiXeD-Case_9", []),
        ("\u2028ABC\x85", "ABC", [Kind.SPACES]),
        ("A\u2028B", "", [Kind.LINE_BREAK]),
        ("\uff21BC12", "\uff21BC12", []),
        ("\U0001d400BC", "\U0001d400BC", []),
        ("SALE№5", "SALE№5", []),
        ("--------", "", [Kind.NOT_A_CODE]),
    ],
)
def test_one_value(value: str, code: str, kinds: list[Kind]) -> None:
    """Only what surrounds a code is taken off; case, inner spaces and letters stay as they are."""
    assert one_value(value) == (code, kinds)


@given(st.text(max_size=40))
def test_cleaning_again_changes_nothing(value: str) -> None:
    """A cleaned code is clean."""
    code, _ = one_value(value)
    assert not code or one_value(code)[0] == code


@given(st.lists(st.text(max_size=20).filter(lambda value: not spoiled([one_value(value)[0]])), min_size=1, max_size=30))
def test_bulk_cleaning_equals_cell_by_cell(values: list[str]) -> None:
    """The fast path for plain columns finds what looking at each cell finds."""
    expected = [one_value(value) for value in values]
    # Signs of another form are judged beside the other codes.
    assume(not spoiled([code for code, _ in expected]))
    cleaned = clean(list(values), {}, Options())
    unless_kept = {Kind.DATE, Kind.FORMULA}
    assert cleaned.codes == ["" if unless_kept.intersection(kinds) else code for code, kinds in expected]
    assert {kind: sorted(rows) for kind, rows in cleaned.rows.items()} == {
        kind: rows for kind in Kind if (rows := [row for row, (_, kinds) in enumerate(expected) if kind in kinds])
    }


def test_dates_among_plain_codes_are_found() -> None:
    """A column of plain codes is still searched for dates and booleans."""
    cleaned = clean(["AB-12", "1-MAR", "TRUE", "2024-01-02"], {}, Options())
    assert cleaned == Cleaned(["AB-12", "", "", ""], {Kind.DATE: [1, 3], Kind.BOOLEAN: [2]})


@pytest.mark.parametrize(
    ("options", "code"),
    [(Options(), ""), (Options(repair=True), "00012345")],
)
def test_a_repair_needs_a_proof_and_a_wish(options: Options, code: str) -> None:
    """Zeros that the cell's format proves are put back only when the person asks for it."""
    cleaned = clean(["12345"], {0: Mark(Kind.ZEROS_PROVEN, "00012345")}, options)
    assert cleaned == Cleaned([code], {Kind.ZEROS_PROVEN: [0]})


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["12345678"] * 9 + ["123456"], {Kind.ZEROS_LIKELY: [9]}),
        (["02345678"] * 9 + ["123456"], {}),
        (["1234567890123450"] * 6, {Kind.ROUNDED: [0, 1, 2, 3, 4, 5]}),
        (["1234567890123457"] * 6, {}),
        (["ABCD1234"] * 9 + ["A1"], {Kind.LENGTH: [9]}),
        (["ABCD1234"] * 9 + ["ABCD12345"], {}),
        (["A1", "ABCD1234"], {}),
        (["", "", ""], {}),
    ],
)
def test_what_only_shows_beside_the_others(codes: list[str], found: dict[Kind, list[int]]) -> None:
    """Lost zeros, rounded digits and odd lengths are told from the rest of the column, and only with evidence."""
    assert whole_column(codes) == found


def test_the_last_row_may_count_the_others() -> None:
    """A total under the codes is no code; the same word elsewhere is left out, too, but may be kept."""
    codes = [f"SPRING{n}" for n in range(6)]
    assert whole_column([*codes, "Итого"]) == {Kind.NOT_A_CODE: [6]}
    assert whole_column([*codes, "Total: 6,000"]) == {Kind.NOT_A_CODE: [6]}
    assert whole_column([*codes, "(6 rows)"]) == {Kind.NOT_A_CODE: [6]}
    assert whole_column([*codes[:3], "TOTAL", *codes[3:]]) == {Kind.WORDS: [3]}


def test_letters_that_imitate_latin_ones_are_found() -> None:
    """A code of Cyrillic letters that all look Latin is pointed at among Latin codes, not among Cyrillic ones."""
    assert whole_column([*(f"A{n}" for n in range(20)), "\u0410\u0412\u04211"]) == {Kind.LOOKALIKE: [20]}
    assert whole_column([*(f"ЛЕТО{n}" for n in range(20)), "\u0410\u0412\u042101"]) == {}
    assert whole_column([*(f"A{n:04d}" for n in range(20)), "ЛЕТО1"]) == {}


def test_a_line_drawn_under_a_title_is_no_code() -> None:
    """Hyphens alone are left out, also among plain codes."""
    assert clean(["------", "AB-12", "AB-13"], {}, Options()) == Cleaned(["", "AB-12", "AB-13"], {Kind.NOT_A_CODE: [0]})


def test_what_is_damaged_in_several_ways_is_found_in_each() -> None:
    """Lost zeros are found however many were lost, and other odd lengths beside them."""
    codes = [*(f"{n * 7919 + 45_000_000}" for n in range(20)), "9", "123", "4567890", "Q" * 30]
    assert whole_column(codes) == {Kind.ZEROS_LIKELY: [20, 21, 22], Kind.LENGTH: [23]}


def test_dates_and_formulas_are_codes_when_a_person_says_so() -> None:
    """What reads like the work of a spreadsheet is left out, and kept on request."""
    values = ["MAY-10", "=AB12", "AB-1234"]
    assert clean(list(values), {}, Options()).codes == ["", "", "AB-1234"]
    assert clean(list(values), {}, Options(keep=frozenset({Kind.DATE, Kind.FORMULA}))).codes == values
