"""JSON: every array of a document is a table, every path in its items a column; or such items line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import NotCodes, Unreadable
from bot.files.encodings import decode
from bot.files.table import Mark, Marks, Table, grid
from bot.files.values import Sort, sort_of
from bot.promo.findings import Kind, Options

_DEEPEST = 12
_FIELDS_AT_MOST = 500
_TABLES_AT_MOST = 50
# [core] begins a settings file, {ABCD} may be a code, and [1] or [ ] may stand before one.
_BEGIN = re.compile(
    rb"\{\s*[\"}]|\[\s*(?:[\"{]|\[\s*[\"\d]|\]\s*[,}]|\]\s*\Z|-?\d[\d.eE+-]*\s*,|(?:null|true|false)\b)"
)
_LONE = re.compile("[\ud800-\udfff]")
_KEY = "key"

Item = Mapping[str, Any]


class _Decimal(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


@dataclass(slots=True)
class _Array:
    """The items of every array with one path, each as its scalars by path; `lines` are their places."""

    items: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    titled: bool = True


def detect(start: bytes, name: str) -> bool:
    """By how it begins; its name is no proof."""
    begin = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe")
    named = name.endswith((".json", ".jsonl", ".ndjson"))
    return begin.startswith((b"[", b"{")) and (named or _BEGIN.match(begin) is not None)


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table for each array; an item's place in the array is its line. Raises Unreadable and NotCodes."""
    text, encoding, sure = decode(content, options.encoding)
    try:
        arrays = _arrays_of(_parsed(text))
    except (ValueError, RecursionError):
        raise Unreadable("damaged") if name.casefold().endswith(".json") else NotCodes from None
    if not arrays:
        raise NotCodes
    names = tuple(arrays)
    about = {"encoding": encoding, "encoding_sure": sure, "siblings": names if len(names) > 1 else ()}
    chosen = [one for one in names if options.sheet in (None, one)] or names
    return [_table(arrays[one], one if len(names) > 1 else "", about) for one in chosen]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_Decimal)
    except json.JSONDecodeError:
        # JSON Lines (https://jsonlines.org): one value in each line.
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or lines[0].strip() in ("[", "{"):
            raise
        return [json.loads(line, parse_float=_Decimal) for line in lines]


def _arrays_of(document: Any) -> dict[str, _Array]:
    """The arrays by path, such as data.coupons; one object alone is an array of one."""
    found: dict[str, _Array] = {}
    _collect(document, "", {}, found, _DEEPEST)
    full = {path: array for path, array in found.items() if any(array.items)}
    if not full and isinstance(document, dict):
        full = {"": _Array([flat], [1])} if (flat := dict(_flat(document))) else {}
    longest = set(sorted(full, key=lambda path: -len(full[path].items))[:_TABLES_AT_MOST])
    return {path: array for path, array in full.items() if path in longest}


def _collect(value: Any, path: str, above: Item, found: dict[str, _Array], deeper: int) -> None:
    """Adds every array inside `value`; `above` are the scalars of the item it stands in."""
    if not deeper:
        return
    if isinstance(value, dict):
        if (entries := _keyed(value)) is not None:
            _collect(entries, path, above, found, deeper)
            return
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                _collect(inner, f"{path}.{name}" if path else name, above, found, deeper - 1)
    elif isinstance(value, list) and value:
        _collect_items(value, path, above, found, deeper)


def _collect_items(items: Sequence[Any], path: str, above: Item, found: dict[str, _Array], deeper: int) -> None:
    array = found.setdefault(path, _Array())
    array.titled = array.titled and sum(isinstance(one, dict) for one in items) * 2 >= len(items)
    prefix = path.rsplit(".", 1)[0] if "." in path else path
    for item in items:
        flat = dict(_flat(item)) if isinstance(item, dict) else _of_list(item)
        array.items.append({**flat, **above} if above and array.titled else flat)
        array.lines.append(len(array.lines) + 1)
        if isinstance(item, dict):
            inherited = {f"{prefix}:{name}" if prefix else f":{name}": one for name, one in flat.items()}
            for name, inner in item.items():
                if isinstance(inner, dict | list):
                    _collect(inner, f"{path}.{name}" if path else name, inherited, found, deeper - 1)


def _of_list(item: Any) -> dict[str, Any]:
    """An array in an array is a row; a scalar is a row of one."""
    return {str(place): value for place, value in enumerate(item if isinstance(item, list) else [item])}


def _keyed(value: Mapping[str, Any]) -> list[Any] | None:
    """The entries of an object whose keys are data rather than names: {"ABC123": {…}, …}."""
    if len(value) < 3:
        return None
    kinds = {type(inner) for inner in value.values()}
    named = sum(sort_of(key) in (Sort.CODE, Sort.DIGITS, Sort.GROUPS, Sort.CAPITALS, Sort.UUID) for key in value)
    if len(kinds - {type(None)}) > 1 or list in kinds or named < 0.9 * len(value):
        return None
    if all("_" in key and key.islower() for key in value):
        return None
    return [
        {_KEY: key, **inner} if isinstance(inner, dict) else {_KEY: key, "value": inner} for key, inner in value.items()
    ]


def _flat(item: Mapping[str, Any], path: str = "", deeper: int = _DEEPEST) -> Iterator[tuple[str, Any]]:
    """The scalars inside an object, each with its path."""
    for name, value in item.items():
        if isinstance(value, dict):
            if deeper:
                yield from _flat(value, f"{path}{name}.", deeper - 1)
        elif not isinstance(value, list):
            yield f"{path}{name}", value


def _table(array: _Array, name: str, about: Mapping[str, Any]) -> Table:
    fields = list(dict.fromkeys(key for item in array.items[:1000] for key in item))
    if len(fields) > _FIELDS_AT_MOST:
        raise Unreadable("too_wide")
    marks: dict[int, Marks] = {}
    rows = [[_text(item.get(key)) for key in fields] for item in array.items]
    shift = 1 if array.titled else 0
    for place, item in enumerate(array.items, shift):
        for column, key in enumerate(fields):
            if isinstance(item.get(key), _Decimal):
                marks.setdefault(column, {})[place] = Mark(Kind.DECIMAL)
    if array.titled:
        # The names of the fields stand in line 0, as a header does.
        table = grid(
            "json",
            [[key.split(":")[-1] for key in fields], *rows],
            lines=[0, *array.lines],
            sheet=name,
            titled=True,
            **about,
        )
    else:
        table = grid("json", rows, lines=array.lines, sheet=name, **about)
    plain = table.column
    table.column = lambda index: (plain(index)[0], marks.get(index, {}))
    return table


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        # Half of a pair of UTF-16 (RFC 8259, 8.2) is no character.
        return str(_LONE.sub("\ufffd", value))
    return str(value) if isinstance(value, int) else ""
