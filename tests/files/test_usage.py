"""What a file says of its codes beside them (used, inactive, expired): left out, told, and kept on request."""

from __future__ import annotations

import datetime

import pytest

from bot.files.check import begin
from bot.files.days import day_of
from bot.files.result import finish
from bot.promo.findings import KEPT_BY_DEFAULT, Checked, Kind, Marked, Options

CODES = [f"SPR{n * 7919 % 100_000:05d}" for n in range(1, 13)]
TODAY = datetime.date(2026, 11, 26)
FREE = CODES[1::2]


def checked(title: str, odd: str, even: str, options: Options | None = None) -> tuple[list[str], Checked]:
    """A table in which every other code has another value in the column beside it."""
    rows = [f"{code};{even if n % 2 else odd}" for n, code in enumerate(CODES)]
    text = "\n".join([f"Code;{title}", *rows])
    check = begin(text.encode(), "a.csv", options or Options(), max_codes=100, unpacked_at_most=1 << 20, today=TODAY)
    return list(check.codes), finish(check, [], "")


@pytest.mark.parametrize(
    ("title", "marked", "free", "kind"),
    [
        ("Status", "used", "free", Kind.USED),
        ("Статус", "использован", "не использован", Kind.USED),
        ("Status", "eingelöst", "offen", Kind.USED),
        ("Estado", "canjeado", "disponible", Kind.USED),
        ("Durum", "kullanıldı", "aktif", Kind.USED),
        ("Used", "yes", "no", Kind.USED),
        ("Redeemed at", "2026-05-01T10:00:00Z", "", Kind.USED),
        ("Sent", "x", "", Kind.USED),
        ("Used by order", "#1001", "", Kind.USED),
        ("Usage / Limit", "1 / 1", "0 / 1", Kind.USED),
        ("Times used", "1", "0", Kind.USED),
        ("Active", "false", "true", Kind.INACTIVE),
        ("Status", "cancelled", "active", Kind.INACTIVE),
        ("Valid until", "31.12.2025", "31.12.2026", Kind.EXPIRED),
        ("Expires", "Jan 5, 2026", "Jan 5, 2027", Kind.EXPIRED),
        ("Status", "expired", "active", Kind.EXPIRED),
    ],
)
def test_marked_codes_are_left_out_and_told(title: str, marked: str, free: str, kind: Kind) -> None:
    """The column beside the codes says which are gone, in any language; the card learns how many and which column."""
    codes, found = checked(title, marked, free)
    assert (codes, found.marked) == (FREE, (Marked(kind, title, 6, 12),))
    assert checked(title, marked, free, Options(keep=KEPT_BY_DEFAULT | {kind}))[0] == CODES


@pytest.mark.parametrize(
    ("title", "odd", "even"),
    [
        ("Usage limit", "1", "5"),
        ("Max redemptions", "1", "10"),
        ("Created", "2024-01-01", "2025-01-01"),
        ("Amount", "10", "20"),
        ("Note", "for Anna", "for Ben"),
    ],
)
def test_other_columns_mark_nothing(title: str, odd: str, even: str) -> None:
    """Limits, days of making, amounts and notes say nothing about who has used a code."""
    codes, found = checked(title, odd, even)
    assert (codes, found.marked, found.layout.asks) == (CODES, (), False)


def test_the_nearest_expiry_is_told() -> None:
    """Of dates to come the first one is told; dates in the past are not the nearest."""
    assert checked("Expiry date", "2027-03-01", "2027-01-31")[1].nearest_expiry == "2027-01-31"


def test_codes_that_are_all_used_are_asked_about() -> None:
    """Where every code is marked as used, nothing is left out, and nothing can be uploaded before a person says so."""
    codes, found = checked("Status", "used", "redeemed")
    assert (codes, found.layout.asks, found.marked) == (CODES, True, (Marked(Kind.USED, "Status", 12, 12),))
    assert checked("Status", "used", "redeemed", Options(trusted=True))[1].layout.asks is False


def test_codes_that_are_all_expired_are_told() -> None:
    """A whole file past its date is told, and stays on the card."""
    codes, found = checked("Valid until", "2025-01-01", "2025-01-01")
    assert (codes, found.layout.asks, found.marked) == (CODES, False, (Marked(Kind.EXPIRED, "Valid until", 12, 12),))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-06-01T00:00:00Z", (2026, 6, 1)),
        ("31.12.2026", (2026, 12, 31)),
        ("12/31/2026", (2026, 12, 31)),
        ("31/12/26", (2026, 12, 31)),
        ("3/4/2026", (2026, 4, 3)),
        ("Jun 01,26", (2026, 6, 1)),
        ("1 мая 2026", (2026, 5, 1)),
        ("1767225600", (2026, 1, 1)),
        ("soon", None),
        ("99.99.2026", None),
    ],
)
def test_days(cell: str, day: tuple[int, int, int] | None) -> None:
    """Days are read in many ways; of two readings the later one counts."""
    assert day_of(cell) == (datetime.date(*day) if day else None)
