"""Which column holds the codes, and whether a header stands above it: decided by what is in the cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.errors import NotCodes, Unreadable
from bot.files.cleaning import one_value
from bot.files.table import Table
from bot.promo.checking import Column, Options
from bot.promo.codes import mask

_HEADER = re.compile(
    r"code|promo|coupon|voucher|gutschein|rabatt|cup[oó]n|codigo|código|bon de|kod|код|промо|купон|ваучер",
    re.IGNORECASE,
)
# A title like "Country code" names codes of another kind.
_OTHER_CODE = re.compile(
    r"(?:bar|qr|zip|post|postal|country|currency|language|lang|city|region|area|dial|phone|product|item|article|error|"
    r"status|tax|hs)[ _-]?code",
    re.IGNORECASE,
)
_NOT_CODE_HEADER = re.compile(
    r"(?<![^\W_])(?:id|date|datum|price|amount|total|status|name|email|e-mail|phone|url|qty|count|sku|ean|order|barcode|"
    r"дата|цена|имя|заказ|артикул|телефон)(?![^\W_])",
    re.IGNORECASE,
)
# The whole title of a column that stands alone under other lines.
_TITLE = re.compile(
    r"(?:\w+[ _-])?(?:codes?|vouchers?|coupons?|kod|kodu|kodlar[ıi]?|kupon|gutschein\w*|c[oó]digos?|cup[oó]n|"
    r"\w*kódo?k?|промо-?коды?|коды?|купоны?|promo-?codes?)(?: \d+ ?%)?",
    re.IGNORECASE,
)
_CODE = re.compile(r"[^\s@/\\:]{3,100}")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T]\d.*)?")
_AMOUNT = re.compile(r"[-+]?[\d.,]*[.,]\d{1,2}\s?[%€$₽]?|[€$₽]\s?[\d.,]+|\d+\s?%")
_WORDS = re.compile(r"\S+\s+\S+\s+\S+")
_SAMPLE = 500
# Characters of a cell that tell what it is.
_LOOKED_AT = 200
# A header is looked for this far down, under the title of a report.
_TITLES_AT_MOST = 20
# A column below this is no column of codes; one within this of the best is a rival.
_ENOUGH = 0.5
_RIVAL = 0.12


Head = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The column of the codes, how many rows stand above them (the last is the header), and whether that is sure."""

    column: Column
    header: int
    sure: bool
    columns: tuple[Column, ...]
    score: float


def choose(table: Table, options: Options) -> Choice:
    """The column and header by the evidence, or as a person chose them. Raises NotCodes, Unreadable."""
    above = _title_rows(table.head)
    head = table.head[above : above + _SAMPLE]
    columns = tuple(_column(head, index) for index in range(table.width))
    scores = [_score(head, index) for index in range(len(columns))]
    if not scores or (table.height == 1 and any(map(is_title, head[0]))):
        raise NotCodes
    best = max(range(len(scores)), key=lambda index: scores[index])
    if options.column is not None:
        if options.column >= len(columns):
            raise Unreadable("no_column")
        best = options.column
    elif scores[best] < _ENOUGH:
        raise NotCodes
    rivals = [index for index, score in enumerate(scores) if index != best and score > scores[best] - _RIVAL]
    titled = above > 0 or _has_header(head, best) if options.header is None else options.header
    shown = tuple(_titled(one, head, titled) for one in columns)
    sure = options.column is not None or not rivals
    return Choice(shown[best], above + 1 if titled else 0, sure, shown, scores[best])


def _title_rows(head: Head) -> int:
    """How many rows stand above the header: the name of a report, its date, empty rows. 0 when in doubt."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in head[: _TITLES_AT_MOST + 1]]
    for row in range(1, min(len(filled), len(head) - 1)):
        widest = max(filled[:row])
        # A single cell has to say more: an empty row above it, and nothing but the usual title.
        alone = filled[row] == 1 and not filled[row - 1] and widest == 1
        if filled[row] > widest or alone:
            for index, cell in enumerate(head[row]):
                below = [one for one in _cells(head, index, row + 1) if one]
                named = _is_code_title(cell.strip()) if alone else _names_codes(cell.strip())
                if named and below and not _same_make(cell.strip(), below):
                    return row
    return 0


def _cells(head: Head, index: int, start: int = 0) -> list[str]:
    return [row[index][:_LOOKED_AT].strip() if index < len(row) else "" for row in head[start : start + _SAMPLE]]


def _column(head: Head, index: int) -> Column:
    cells = [cell for cell in _cells(head, index, 1) if cell] or [""]
    return Column(index, "", mask(one_value(cells[0])[0] or cells[0]))


def _titled(column: Column, head: Head, titled: bool) -> Column:
    title = _cells(head, column.index)[0] if titled and head else ""
    return Column(column.index, title[:60], column.sample)


def _score(head: Head, index: int) -> float:
    """From 0 to about 1.6: how much a column looks like promo codes."""
    first, *rest = _cells(head, index) or [""]
    cells = [cell for cell in rest if cell] or [first]
    like = sum(map(_is_like_code, cells)) / len(cells)
    unique = len(set(cells)) / len(cells)
    filled = len(cells) / max(len(rest), 1)
    mixed = sum(_is_mixed(cell) for cell in cells) / len(cells)
    running = _counts_up(cells)
    words = sum(bool(_WORDS.match(cell)) for cell in cells) / len(cells)
    score = like * (0.4 + 0.6 * unique) * (0.2 + 0.8 * min(filled, 1)) * (0.75 + 0.25 * mixed)
    if running:
        score *= 0.4
    if words > 0.3:
        score *= 0.2
    elif like >= 0.5 and (_is_code_title(first) or (len(head[0]) > 1 and _names_codes(first))):
        score += 0.6
    elif _NOT_CODE_HEADER.search(first) or _OTHER_CODE.search(first) or _are_words(cells):
        score *= 0.4
    return score


def _are_words(cells: Sequence[str]) -> bool:
    """Small letters without a digit, now short, now long: words of a language rather than codes."""
    plain = [cell for cell in cells if cell[1:].islower() and not any(map(str.isdigit, cell))]
    lengths = Counter(map(len, plain))
    uneven = len(plain) < 3 or lengths.most_common(1)[0][1] < 0.6 * len(plain)
    return len(plain) > 0.7 * len(cells) and uneven


def is_title(cell: str) -> bool:
    """Whether a cell reads like the title of a column, of codes or of something else."""
    return _is_code_title(cell) or _names_codes(cell) or bool(_NOT_CODE_HEADER.search(cell))


def _is_code_title(cell: str) -> bool:
    """Whether a cell is a usual title of a column of codes and nothing else, whatever stands below."""
    return bool(_TITLE.fullmatch(cell)) and not _OTHER_CODE.search(cell)


def _names_codes(cell: str) -> bool:
    """Whether a cell reads like the title of a column of codes: a few words, one of them the right one."""
    short = len(cell) <= 40 and len(cell.split()) <= 4
    return short and bool(_HEADER.search(cell)) and not _OTHER_CODE.search(cell) and not _is_mixed(cell)


def _is_like_code(cell: str) -> bool:
    return bool(_CODE.fullmatch(cell)) and not _DATE.fullmatch(cell) and not _AMOUNT.fullmatch(cell)


def _is_mixed(cell: str) -> bool:
    """Letters and digits together, or capitals: rarely a word or a count."""
    return any(one.isdigit() for one in cell) and any(one.isalpha() for one in cell)


def _counts_up(cells: Sequence[str]) -> bool:
    """1, 2, 3: a row number rather than codes."""
    numbers = [int(cell) for cell in cells[:50] if cell.isdecimal() and len(cell) < 10]
    steps = Counter(right - left for left, right in pairwise(numbers))
    return len(numbers) > 2 and len(numbers) == len(cells[:50]) and steps.most_common(1)[0] == (1, len(numbers) - 1)


def _has_header(head: Head, index: int) -> bool:
    """Whether the first row names the columns: its words say so, or it is unlike everything below."""
    cells = _cells(head, index)
    first, below = (cells or [""])[0], [cell for cell in cells[1:] if cell]
    if not first or not below:
        return _names_codes(first)
    row = [_HEADER.search(cell) or _NOT_CODE_HEADER.search(cell) for cell in (head[0] if head else [])]
    if _is_code_title(first) or (_names_codes(first) and not _same_make(first, below)):
        return True
    # Small letters above nothing but capitals and digits.
    if len(below) > 2 and first[1:].islower() and not any(one.islower() for cell in below for one in cell):
        return True
    if any(row) and not _same_make(first, below):
        return True
    digits = sum(any(one.isdigit() for one in cell) for cell in below) / len(below)
    return digits > 0.9 and not any(one.isdigit() for one in first) and not _same_make(first, below)


def _same_make(first: str, below: Sequence[str]) -> bool:
    """Whether the first cell is made like those below: as long, and with digits and letters as they have them."""
    lengths = {len(cell) for cell in below}
    mixed = sum(_is_mixed(cell) for cell in below) > 0.5 * len(below)
    worded = sum(any(map(str.isalpha, cell)) for cell in below) > 0.5 * len(below)
    if worded != any(map(str.isalpha, first)):
        return False
    return len(first) in lengths and _is_mixed(first) == mixed and (mixed or first.isupper() == below[0].isupper())
