"""What of a file is read: which of its files, sheets or arrays, and which column; or what a person has to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot.errors import NotCodes, Unreadable
from bot.files.columns import Choice, choose
from bot.files.evidence import ENOUGH, MARGIN, Evidence
from bot.files.lines import apart, peeled, unfolded
from bot.files.table import Source, Table
from bot.promo.findings import Candidate, Column, Options, Shape
from bot.promo.shapes import likeness, shape_of

# Sheets, arrays and files of codes that are gone.
_GONE = re.compile(
    r"(?<![^\W_])(?:used|redeemed|sent|old|expired|archived?|inactive|deleted|spent|consumed|claimed|invalid|revoked|benutzt|verwendet|"
    r"eingel[oö]e?st|verbraucht|abgelaufen|alt|alte|utilis[ée]s?|expir[ée]s?|anciens?|usados?|canjeados?|usati|scaduti|vecchi|utilizados?|"
    r"u[zż]yte|wykorzystane|stare|kullan[ıi]lan(?:lar)?|kullan[ıi]lm[ıi][sş]|eski|использован\w*|старые|архив|погашен\w*|истек\w*)(?![^\W_])",
    re.IGNORECASE,
)
# Names that say what codes are worth: such lists are not thrown together unasked.
_WORTH = re.compile(
    r"\d+ ?%|%|[€$£₽₺]|\boff\b|\d+ ?(?:eur|usd|gbp|rub|tl|percent|prozent)|rabatt|discount|скидк", re.IGNORECASE
)
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Reading:
    """One column that is read: of which source and table."""

    source: Source
    table: Table
    choice: Choice
    named: str = ""


@dataclass(slots=True)
class Plan:
    """What is read, in order; `candidates` are what a person may choose among, and must where it `asks`.

    `passed` are names of sheets or files with codes that are not read, as they say that they are used.
    """

    readings: list[Reading]
    candidates: tuple[Candidate, ...] = ()
    asks: bool = False
    passed: tuple[str, ...] = ()
    unread: list[Source] = field(default_factory=list)


def plan(found: Sequence[Source], options: Options, known: Sequence[Shape] = ()) -> Plan:
    """What of the files is read. Raises NotCodes, Unreadable."""
    made: list[Plan] = []
    unread: list[Source] = []
    passed: list[str] = []
    files = [one for one in found if options.file in (None, one.name)] or list(found)
    for source in _fresh(files, passed):
        try:
            made.append(_of_source(source, _options_for(source, made, options), options, known))
        except NotCodes:
            unread.append(source)
    if not made:
        raise NotCodes if options.column is None else Unreadable("no_column")
    if len(made) == 1:
        return replace(made[0], passed=(*passed, *made[0].passed), unread=unread)
    readings = [reading for one in made for reading in one.readings]
    candidates = tuple(_candidate(reading, several=True) for reading in readings)
    asks = any(one.asks for one in made) or not (options.every or _together(readings))
    return Plan(
        readings,
        candidates,
        asks and not options.every,
        (*passed, *(name for one in made for name in one.passed)),
        unread,
    )


def _fresh(files: Sequence[Source], passed: list[str]) -> list[Source]:
    """The files whose names do not say that their codes are gone, where there are others."""
    fresh = [one for one in files if not _GONE.search(one.name.rsplit(".", 1)[0])]
    if fresh and len(fresh) < len(files) and any(one.tables for one in fresh):
        passed += [one.name for one in files if one not in fresh]
        return fresh
    return list(files)


def _options_for(source: Source, made: Sequence[Plan], options: Options) -> Options:
    """What a person chose for the first file holds for others with the same titles."""
    if not made or options.column is None:
        return options
    first = made[0].readings[0].choice
    for table in source.tables:
        try:
            if _titles(choose(unfolded(table, options), replace(options, column=None, header=None))) == _titles(first):
                return options
        except NotCodes:
            continue
    return replace(options, column=None, header=None)


def _titles(choice: Choice) -> list[str]:
    return [column.title for column in choice.columns]


def _of_source(source: Source, options: Options, asked: Options, known: Sequence[Shape]) -> Plan:
    passed: list[str] = []
    tables = _visible(source, options, passed)
    found: list[Reading] = []
    for table in tables:
        with suppress(NotCodes):
            found.append(_chosen(source, table, options, known))
    if not found:
        raise NotCodes
    found.sort(key=lambda reading: -reading.choice.score)
    best = found[0]
    near = [reading for reading in found if reading.choice.score >= max(ENOUGH, best.choice.score - MARGIN)]
    near = _different(near) if best.choice.score >= ENOUGH else [best]
    if len(near) == 1:
        return replace(_of_table(best, options), passed=tuple(passed))
    order = {id(table): at for at, table in enumerate(source.tables)}
    near.sort(key=lambda reading: order.get(id(reading.table), _place(reading, source)))
    readings = [replace(reading, named=reading.table.sheet) for reading in near]
    together = asked.every or (_together(readings) and not any(one.choice.rivals for one in readings))
    return Plan(
        readings if together else readings[:1],
        tuple(_candidate(one, several=True) for one in readings),
        not together,
        tuple(passed),
    )


def _chosen(source: Source, table: Table, options: Options, known: Sequence[Shape]) -> Reading:
    """The column of codes of one table, taken apart where that is needed. Raises NotCodes."""
    cut = unfolded(table, options)
    try:
        choice = choose(cut, options, known)
    except NotCodes:
        cut = peeled(table)
        choice = choose(cut, options, known)
    if (several := apart(cut, choice.column.index)) is not None:
        cut, choice = several, choose(several, replace(options, column=choice.column.index), known)
    return Reading(source, cut, choice)


def _place(reading: Reading, source: Source) -> int:
    return next((at for at, table in enumerate(source.tables) if table.sheet == reading.table.sheet), 0)


def _visible(source: Source, options: Options, passed: list[str]) -> list[Table]:
    """The tables to look at: the chosen one, or all but hidden ones and those named for codes that are gone."""
    chosen = [table for table in source.tables if options.sheet == table.sheet and options.sheet is not None]
    if chosen:
        return chosen
    visible = [table for table in source.tables if not table.hidden] or source.tables
    fresh = [table for table in visible if not _GONE.search(table.sheet)]
    if fresh and len(fresh) < len(visible) and any(map(_holds_codes, fresh)):
        passed += [table.sheet for table in visible if table not in fresh and _holds_codes(table)]
        return fresh
    return visible


def _holds_codes(table: Table) -> bool:
    try:
        return choose(unfolded(table, Options()), Options()).score >= ENOUGH
    except NotCodes:
        return False


def _different(readings: Sequence[Reading]) -> list[Reading]:
    """Without tables whose codes stand in a better one, too."""
    kept: list[Reading] = []
    for reading in readings:
        cells = set(_best(reading).cells)
        if all(len(cells & set(_best(other).cells)) < 0.3 * len(cells) for other in kept):
            kept.append(reading)
    return kept


def _best(reading: Reading) -> Evidence:
    return reading.choice.evidence[reading.choice.column.index]


def _of_table(reading: Reading, options: Options) -> Plan:
    """The one column; several of one make without titles; or the columns a person has to choose among."""
    rivals = reading.choice.rivals
    if not rivals:
        return Plan([reading])
    each = [
        replace(reading, choice=replace(reading.choice, column=column), named=_column_name(column)) for column in rivals
    ]
    each.sort(key=lambda one: one.choice.column.index)
    alike = len(rivals) >= 3 and not any(column.title for column in rivals) and _together(each)
    first = replace(reading, named="")
    candidates = tuple(
        _candidate(replace(one, choice=replace(one.choice, column=column)), several=len(rivals) > 1)
        for one in [reading]
        for column in rivals
    )
    if options.every or alike:
        return Plan(each, candidates)
    return Plan([first], candidates, True)


def _column_name(column: Column) -> str:
    return f"column {column.index + 1}"


def _together(readings: Sequence[Reading]) -> bool:
    """Whether these are one list in several pieces: made alike, under the same title, and none named for its worth."""
    names = [reading.named or reading.source.name for reading in readings]
    if any(map(_WORTH.search, names)):
        return False
    titles = {reading.choice.column.title.casefold() for reading in readings}
    shapes = [shape_of(_best(reading).cells) for reading in readings]
    return len(titles) == 1 and all(likeness(*pair) >= _ALIKE for pair in combinations(shapes[:10], 2))


def candidates_of(read: Plan) -> tuple[Candidate, ...]:
    """What is read as what a person has to agree to."""
    return tuple(_candidate(reading, several=len(read.readings) > 1) for reading in read.readings)


def _candidate(reading: Reading, *, several: bool) -> Candidate:
    column = reading.choice.column
    return Candidate(
        file=reading.source.name,
        sheet=reading.table.sheet,
        column=column.index,
        title=column.title or (reading.table.sheet if several else ""),
        samples=column.samples,
    )
