"""CSV, TSV and plain text: one code in a line, columns, or codes side by side."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from itertools import chain, islice, zip_longest

from bot.errors import NotCodes, Unreadable
from bot.files.encodings import decode
from bot.files.program import listed, tuples
from bot.files.table import MAX_COLUMNS, Marks, Table, grid, single
from bot.files.titles import is_title
from bot.promo.findings import Options

_DELIMITERS = (",", ";", "\t", "|")
_LINE_AT_MOST = 100_000
_LOOKED_AT = 200
_TOKEN = re.compile(r"[^\s,;|]+")
# A comma that is no decimal point.
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
# The line that tells Excel which delimiter a file has.
_SEPARATOR = re.compile(r'\A"?sep=[,;\t|]"?(?=\n)', re.IGNORECASE)
_ENTITY = re.compile(r"(&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}));")
# What stands around a code, and never in it; a straight quote would have a meaning in CSV.
_AROUND = {"&nbsp;": "\u00a0", "&#160;": "\u00a0", "&quot;": "“", "&#34;": "“", "&apos;": "’", "&#39;": "’"}
# Stands for the semicolon of an entity while lines are cut.
_OF_ENTITY = "\ue0fe"
# The lines above a mail that was copied out of a mail program.
_MAIL_HEAD = re.compile(
    r"\A(?:(?:From|Sent|To|Cc|Subject|Date|Von|Gesendet|An|Betreff|Datum|De|Envoyé|À|Objet|Para|Asunto|Fecha|Od|Do|Temat|"
    r"От|Отправлено|Кому|Копия|Тема|Дата|Kimden|Kime|Konu|Tarih) ?:[ \t][^\n]*\n){2,10}",
    re.IGNORECASE,
)
_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_CODE_LIKE = re.compile(r"[\w-]{4,64}")


def detect(start: bytes, name: str) -> bool:
    """Whatever nobody else claims may be text."""
    del start, name
    return True


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table. Raises Unreadable and NotCodes."""
    text, encoding, sure = decode(content, options.encoding)
    about: dict[str, object] = {"encoding": encoding, "encoding_sure": sure}
    if "&" not in text or not _ENTITY.search(text):
        return _read(text, name, about)
    for written, sign in _AROUND.items():
        text = text.replace(written, sign)
    # The semicolon of &amp; cuts nothing.
    return [_with_semicolons(table) for table in _read(_ENTITY.sub(rf"\1{_OF_ENTITY}", text), name, about)]


def _with_semicolons(table: Table) -> Table:
    def column(index: int) -> tuple[list[str], Marks]:
        values, marks = table.column(index)
        return [value.replace(_OF_ENTITY, ";") for value in values], marks

    head = [[cell.replace(_OF_ENTITY, ";") for cell in row] for row in table.head]
    return replace(table, head=head, column=column)


def _read(text: str, name: str, about: dict[str, object]) -> list[Table]:
    if "\0" in text:
        raise Unreadable("binary")
    text = _with_line_feeds(text)
    if head := _MAIL_HEAD.match(text):
        text = "\n" * head.group().count("\n") + text[head.end() :]
    if told := _SEPARATOR.match(text):
        text = text[told.end() :]
    if (rows := tuples(text)) is not None:
        return [grid("txt", rows, **about)]
    if (strings := listed(text)) is not None:
        return [single("txt", strings, **about)]
    sample = [line for line in islice(text.split("\n", _LOOKED_AT * 2), _LOOKED_AT * 2) if line.strip()][:_LOOKED_AT]
    if any(len(line) > _LINE_AT_MOST for line in sample):
        return [_of_long_lines(text, about)]
    delimiter = _delimiter(sample)
    kind = "tsv" if delimiter == "\t" else "csv" if delimiter or name.casefold().endswith(".csv") else "txt"
    if delimiter is None:
        if _side_by_side(sample):
            return [_tokens(text, about)]
        return [single(kind, _lines(text), **about)]
    if '"' not in text and text.count(delimiter) == 0:
        return [single(kind, _lines(text), **about)]
    if _ragged(sample, delimiter):
        return [_tokens(text, about, sure=len(sample) == 1)]
    return [_columns(text, delimiter, kind, about)]


def _with_line_feeds(text: str) -> str:
    """The text with one sort of line end, as others are rare and stand alone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if "\n" in text else _OTHER_LINE_ENDS.sub("\n", text)


def _tokens(text: str, about: dict[str, object], *, sure: bool = True) -> Table:
    """Codes side by side, each a row of its own; a title above them is one row."""
    values: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = _TOKEN.findall(line)
        if found and not values and _is_above_codes([line]) and is_title(line.strip()):
            found = [line.strip()]
        values += found
        lines += [number] * len(found)
    return single("txt", values, lines=lines, sure=sure, **about)


def _of_long_lines(text: str, about: dict[str, object]) -> Table:
    """Lines too long for a table are codes side by side, or nothing a person would call a list."""
    first = [found.group() for found in islice(_TOKEN.finditer(text), 1000)]
    if sum(map(_code_like, first)) < 0.9 * len(first):
        raise Unreadable("line_too_long")
    return _tokens(text, about)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if max(map(len, lines), default=0) > _LINE_AT_MOST:
        raise Unreadable("line_too_long")
    if '"' in text:
        lines = [
            line[1:-1].replace('""', '"') if len(line) > 1 and line[0] == line[-1] == '"' else line for line in lines
        ]
    return lines


def _delimiter(sample: list[str]) -> str | None:
    """The delimiter that cuts most lines into the same number of columns, at least two."""
    found: list[tuple[float, int, str]] = []
    joined = "\n".join(sample)
    for one in _DELIMITERS:
        if one not in joined:
            continue
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=one) if row)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        share = count / sum(widths.values())
        if width > 1 and share >= 0.6:
            found.append((share, width, one))
    if len(found) > 1 and not _COMMA.search(joined):
        found = [one for one in found if one[2] != ","]
    if not found:
        return next((one for one in _DELIMITERS if one in joined and _ragged(sample, one)), None)
    return max(found, key=lambda one: one[:2])[2]


def _code_like(token: str) -> bool:
    return bool(_CODE_LIKE.fullmatch(token)) and (any(one.isdigit() for one in token) or token.isupper())


def _side_by_side(sample: list[str]) -> bool:
    """Codes with spaces between them: many to a line, or a few; no titles, notes or codes in groups like ABCD 1234."""
    lines = [line.split() for line in (sample[1:] if _is_above_codes(sample[:1]) else sample)]
    flat = [token for line in lines for token in line]
    several = sum(len(line) > 1 for line in lines)
    if several * 2 < max(len(lines), 1) or sum(map(_code_like, flat)) < 0.9 * len(flat):
        return False
    widths = Counter(map(len, lines))
    width, count = widths.most_common(1)[0]
    if len(lines) > 1 and width <= 6 and count >= 0.9 * len(lines) and max(map(len, flat)) <= 6:
        return False
    makes = {_make(list(place)) for place in zip(*lines, strict=False)}
    return len(widths) > 1 or width >= 4 or len(makes) == 1


def _is_above_codes(lines: list[str]) -> bool:
    """Whether the first line is a title over codes rather than codes."""
    return any(is_title(line.strip()) or not all(map(_code_like, line.split())) for line in lines)


def _ragged(sample: list[str], delimiter: str) -> bool:
    """Codes separated by a delimiter rather than a table: all code-like, without titles, each place like the others."""
    rows = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in sample]
    cells = [cell for row in rows for cell in row if cell]
    if sum(map(_code_like, cells)) < 0.9 * max(len(cells), 1):
        return False
    if len(rows) == 1:
        return True
    widths = Counter(map(len, rows))
    uneven = widths.most_common(1)[0][1] < 0.9 * len(rows)
    several = max(widths) >= 3 and len(widths) <= 2 and len(set(cells)) == len(cells)
    places = [[cell for cell in column if cell] for column in zip_longest(*rows, fillvalue="")]
    makes = {_make(place) for place in places if place}
    return (uneven or several) and len(makes) == 1 and not any(map(is_title, chain(*rows[:5])))


def _make(cells: list[str]) -> tuple[int, bool, bool, str, str]:
    """What all cells of one place in the line have in common: length, letters, digits, signs, and how they begin."""
    joined = "".join(cells)
    begins = {cell[:3] for cell in cells}
    return (
        Counter(map(len, cells)).most_common(1)[0][0],
        any(map(str.isalpha, joined)),
        any(map(str.isdigit, joined)),
        "".join(sorted({one for one in joined if not one.isalnum()})),
        begins.pop() if len(begins) == 1 < len(cells) else "",
    )


def _columns(text: str, delimiter: str, kind: str, about: dict[str, object]) -> Table:
    lines: list[int] = []
    sure = True
    if '"' not in text:
        return _unquoted(_lines(text), delimiter, kind, about)
    if (found := _quoted(text, delimiter)) is not None:
        rows, lines = found
    else:
        rows, sure = [_split(line, delimiter) for line in _lines(text)], False
    if max((len(row) for row in rows[:1000]), default=0) > MAX_COLUMNS:
        raise Unreadable("too_wide")
    if not rows:
        raise NotCodes
    return grid(kind, rows, lines=lines, sure=sure, **about)


def _unquoted(lines: list[str], delimiter: str, kind: str, about: dict[str, object]) -> Table:
    """A table whose lines are cut when a column is asked for: many cells take far more room than their lines."""
    head = [line.split(delimiter) for line in lines[:1000]]
    width = max(map(len, head), default=0)
    if width > MAX_COLUMNS:
        raise Unreadable("too_wide")
    if not lines:
        raise NotCodes

    def column(index: int) -> tuple[list[str], Marks]:
        cut = (line.split(delimiter, index + 1) for line in lines)
        return [row[index] if index < len(row) else "" for row in cut], {}

    return Table(kind, len(lines), width, head, column, **about)  # type: ignore[arg-type]


def _quoted(text: str, delimiter: str) -> tuple[list[list[str]], list[int]] | None:
    """Rows and their lines by the rules of RFC 4180; None when a stray quote would swallow other rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            lines.append(reader.line_num - sum(cell.count("\n") for cell in row))
            rows.append(row)
    except csv.Error:
        return None
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    return (
        None
        if any(_swallows(cell, delimiter, width) for row in rows for cell in row if "\n" in cell)
        else (rows, lines)
    )


def _swallows(cell: str, delimiter: str, width: int) -> bool:
    """Whether the further lines of a cell look like rows of their own."""
    further = [line.split(delimiter) for line in cell.split("\n")[1:]]
    return width > 1 and all(len(line) == width and any(map(_code_like, line)) for line in further)


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of one line, where quotes cannot be trusted beyond it."""
    return line.split(delimiter) if line.count('"') % 2 else next(csv.reader([line], delimiter=delimiter), [])
