"""Titles of columns: which words name codes, and whether a table begins with a header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_HEADER = re.compile(
    r"code|promo|coupon|voucher|gutschein|rabatt|cup[oó]n|cupom|codigo|código|codice|sconto|buono|bon de|kod|kód|kupon|"
    r"код|промо|купон|ваучер|κωδικ|κουπ[οό]ν|优惠|優惠|折扣码|兑换码|券|クーポン|コード|쿠폰|코드|קוד|קופון|كود|كوبون|قسيمة|"
    r"mã giảm|โค้ด|คูปอง",
    re.IGNORECASE,
)
# A title like "Country code" names codes of another kind.
_OTHER_CODE = re.compile(
    r"(?:bar|qr|zip|post|postal|country|currency|language|lang|city|region|area|dial|phone|product|item|article|error|"
    r"status|tax|hs)[ _-]?code|barkod|(?:posta|ürün|stok|alan|ülke) kodu|штрих-?код|почтовый код|"
    r"код (?:товара|города|страны|региона|заказа|клиента|ошибки)",
    re.IGNORECASE,
)
_NOT_CODE_HEADER = re.compile(
    r"(?<![^\W_])(?:id|date|datum|price|amount|total|status|name|email|e-mail|phone|url|qty|count|sku|ean|order|barcode|"
    r"product|article|item|clicks|opens|views|visits|revenue|stock|tarih|fiyat|"
    r"дата|цена|имя|заказ|артикул|телефон|товар|сумма|количество)(?![^\W_])",
    re.IGNORECASE,
)
# The whole title of a column that stands alone under other lines.
_TITLE = re.compile(
    r"(?:\w+[ _-])?(?:codes?|vouchers?|coupons?|kod|kodu|kodlar[ıi]?|kupon|gutschein\w*|c[oó]digos?|cup[oó]n|"
    r"\w*kódo?k?|промо-?коды?|коды?|купоны?|promo-?codes?|codice|codici|cupom|κωδικ[όο]ς)(?: \d+ ?%)?",
    re.IGNORECASE,
)
# What is a date, an amount or a count, rather than a code.
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T]\d.*)?")
_AMOUNT = re.compile(r"[-+]?[\d.,]*[.,]\d+\s?[%€$₽]?|[€$₽]\s?[\d.,]+|\d+\s?%")


def is_title(cell: str) -> bool:
    """Whether a cell reads like the title of a column, of codes or of something else."""
    return is_code_title(cell) or names_codes(cell) or names_others(cell)


def is_code_title(cell: str) -> bool:
    """Whether a cell is a usual title of a column of codes and nothing else, whatever stands below."""
    return bool(_TITLE.fullmatch(cell)) and not _OTHER_CODE.search(cell)


def names_codes(cell: str) -> bool:
    """Whether a cell reads like the title of a column of codes: a few words, one of them the right one."""
    short = len(cell) <= 40 and len(cell.split()) <= 4
    return short and bool(_HEADER.search(cell)) and not _OTHER_CODE.search(cell) and not is_mixed(cell)


def names_others(cell: str) -> bool:
    """Whether a cell reads like the title of a column of something else."""
    return bool(_NOT_CODE_HEADER.search(cell) or _OTHER_CODE.search(cell))


def is_mixed(cell: str) -> bool:
    """Letters and digits together: rarely a word or a count."""
    return any(one.isdigit() for one in cell) and any(one.isalpha() for one in cell)


def is_measure(cell: str) -> bool:
    """Whether a cell is a date or an amount."""
    return bool(_DATE.fullmatch(cell) or _AMOUNT.fullmatch(cell))


def header(rows: Sequence[Sequence[str]], index: int) -> tuple[bool, bool]:
    """Whether the first row names the columns, by column `index`; and whether that is sure.

    Its words say so, or it is unlike what stands below, there or in columns of numbers.
    """
    first, *rest = [row[index] if index < len(row) else "" for row in rows] or [""]
    below = [cell for cell in rest if cell]
    if not first or not below:
        return names_codes(first), True
    alike = same_make(first, below)
    if is_code_title(first) or (names_codes(first) and not alike):
        return True, True
    if (among_numbers := _over_numbers(rows, index)) is not None:
        return among_numbers, True
    # Small letters above nothing but capitals and digits.
    if len(below) > 2 and first[1:].islower() and not any(one.islower() for cell in below for one in cell):
        return True, True
    if any(map(is_title, rows[0])) and not alike:
        return True, True
    digits = sum(any(one.isdigit() for one in cell) for cell in below) / len(below)
    if any(one.isdigit() for one in first) or digits <= 0.5:
        return False, True
    return not alike, not alike or digits <= 0.9


def _over_numbers(rows: Sequence[Sequence[str]], index: int) -> bool | None:
    """Whether words stand above the other columns' numbers and dates; None where there are no such columns."""
    found: bool | None = None
    for column in range(len(rows[0])):
        first, *rest = [row[column] if column < len(row) else "" for row in rows]
        below = [cell for cell in rest if cell]
        if column == index or not first or len(below) < 2 or not all(map(_is_number, below)):
            continue
        if _is_number(first):
            return False
        found = found or any(map(str.isalpha, first))
    return found


def _is_number(cell: str) -> bool:
    return cell.isdecimal() or is_measure(cell)


def same_make(first: str, below: Sequence[str]) -> bool:
    """Whether the first cell is made like those below: of the same sorts of characters, and as long."""
    if _sorts(first) - set().union(*map(_sorts, below)):
        return False
    worded = sum(any(map(str.isalpha, cell)) for cell in below) > 0.5 * len(below)
    if worded != any(map(str.isalpha, first)):
        return False
    lengths = Counter(map(len, below))
    # Where no two are as long, length says little.
    uneven = lengths.most_common(1)[0][1] < 0.5 * len(below)
    return len(first) in lengths or (uneven and len(first) <= 2 * max(lengths))


def _sorts(cell: str) -> set[str]:
    return {"A" if one.isupper() else "a" if one.islower() else "9" if one.isdigit() else one for one in cell}
