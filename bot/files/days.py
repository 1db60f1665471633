"""The day a cell names, in the ways shops and spreadsheets write it."""

from __future__ import annotations

import datetime
import re

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ .-]+)?([^\W\d_]{3,9})\.?[ -]+(?:(\d{1,2})(?:st|nd|rd|th)?,? ?)?(\d{4}|\d{2})(?!\d)"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene янв oca",
            "feb fév şub фев",
            "mar mär mrz мар",
            "apr avr abr апр nis",
            "may mai maj mag май мая",
            "jun giu июн haz",
            "jul juil lug июл tem",
            "aug aoû ago авг ağu",
            "sep set сен eyl",
            "oct okt ott out окт eki",
            "nov ноя kas",
            "dec dez dic déc дек ara",
        ),
        1,
    )
    for name in names.split()
}


def day_of(cell: str) -> datetime.date | None:
    """The day a cell names; of 3/4/2026 the later of both readings, so that nothing counts as expired too early."""
    try:
        if found := _ISO.match(cell):
            return datetime.date(*map(int, found.groups()))
        if found := _DAY.match(cell):
            return _of_day(int(found[1]), int(found[3]), int(found[4]), found[2] == ".")
        if (found := _NAMED.search(cell)) and (
            month := _MONTHS.get(found[2].casefold()[:4]) or _MONTHS.get(found[2].casefold()[:3])
        ):
            return datetime.date(_year(int(found[4])), month, int(found[1] or found[3] or 28))
        if cell.isdecimal() and len(cell) in (10, 13) and "1262304000" <= cell[:10] <= "2051222400":
            return datetime.datetime.fromtimestamp(int(cell[:10]), datetime.UTC).date()
    except ValueError:
        return None
    return None


def _of_day(first: int, second: int, year: int, dotted: bool) -> datetime.date:
    year = _year(year)
    if dotted or first > 12:
        return datetime.date(year, second, first)
    if second > 12:
        return datetime.date(year, first, second)
    return max(datetime.date(year, second, first), datetime.date(year, first, second))


def _year(year: int) -> int:
    return year + 2000 if year < 100 else year
