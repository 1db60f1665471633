"""What one cell holds, by the cell alone: a code, a number, an amount, a date, an address, words."""

from __future__ import annotations

import base64
import binascii
import re
from enum import Enum, auto
from functools import lru_cache

from bot.promo.shapes import MAKES, SignTable


class Sort(Enum):
    """What a value is. DIGITS may be a code, a count or a number of any kind: only its column tells."""

    EMPTY = auto()
    NOTHING = auto()
    BOOLEAN = auto()
    DATE = auto()
    AMOUNT = auto()
    DIGITS = auto()
    UUID = auto()
    DATABASE_ID = auto()
    CURSOR = auto()
    EMAIL = auto()
    PHONE = auto()
    LINK = auto()
    SETTING = auto()
    PROSE = auto()
    NAME = auto()
    WORD = auto()
    CAPITALS = auto()
    GROUPS = auto()
    CODE = auto()


# What stands where a value is missing.
_NOTHING = frozenset(
    [
        *("null", "(null)", "<null>", "[null]", "none", "nil", "nan", "n/a", "na", "#n/a", "n.a.", "k.a.", "k. a."),
        *("-", "--", "---", "—", "–", "\\n", "undefined", "(empty)", "(blank)", "(leer)", "(пусто)", "н/д", "нд"),
        *("(none)", "не указано", "ninguno", "aucun", "keine", "keiner", "brak", "yok", "nessuno", "nenhum", "?", "??"),
    ]
)
_BOOLEANS = frozenset(
    [
        *(
            "true",
            "false",
            "t",
            "f",
            "yes",
            "no",
            "y",
            "n",
            "ja",
            "nein",
            "да",
            "нет",
            "oui",
            "non",
            "sí",
            "si",
            "sim",
            "não",
        ),
        *("evet", "hayır", "tak", "nie", "nee", "nej", "wahr", "falsch", "vrai", "faux", "истина", "ложь", "ano", "ne"),
        *("verdadero", "falso", "verdadeiro", "vero", "doğru", "yanlış", "prawda", "fałsz", "on", "off", "✓", "✗", "x"),
        *("是", "否", "はい", "いいえ", "예", "아니요", "نعم", "لا", "כן", "לא"),
    ]
)
_MONTH = (
    r"(?:jan|feb|fév|mar|mär|mrz|apr|avr|may|mai|maj|mag|jun|juin|giu|jul|juil|lug|aug|aoû|ago|sep|set|oct|okt|ott|out|"
    r"nov|dec|dez|dic|déc|ene|abr|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|oca|şub|nis|haz|tem|ağu|eyl|eki|"
    r"kas|ara)\w*\.?"
)
_DATE = re.compile(
    r"\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:[ T,]+\d.*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[ T,]+\d.*)?|\d{4}-\d{2}|"
    rf"\d{{1,2}}[. -]{{1,2}}{_MONTH}[. ,-]{{1,2}}\d{{2,4}}(?:[ ,]+\d.*)?|{_MONTH} \d{{1,2}}(?:st|nd|rd|"
    rf"th)?(?:,? ?\d{{2,4}})?(?:[ ,].*)?|"
    rf"(?:{_MONTH}[ -]\d{{2,4}})|\d{{4}}年\d{{1,2}}月\d{{1,2}}日.*|\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?: ?[ap]m)?|"
    r"\w{3}, \d{1,2} \w{3} \d{4}.*",
    re.IGNORECASE,
)
_CURRENCY = (
    r"(?:[€$£¥₽₺₴₹₩₪₫฿%‰]|eur|usd|gbp|chf|pln|zł|zl|rub|руб\.?|р\.|try|tl|sek|nok|dkk|kr|czk|kč|huf|ft|"
    r"brl|r\$|aed|jpy|円|元)"
)
_AMOUNT = re.compile(
    rf"[-+−]?(?:\d{{1,3}}(?:[ .,'\u00a0\u202f]\d{{3}})+|\d+)?(?:[.,]\d{{1,8}})?\s?{_CURRENCY}(?: ?(?:off|rabatt|"
    rf"скидка))?|"
    rf"[-+−]?{_CURRENCY}\s?[\d.,' \u00a0]*\d|[-+−]?\d*[.,]\d+|[-+−]\d+|[-+]?\d{{1,3}}(?:[.,' ]\d{{3}})+(?:[.,]\d+)?|"
    r"[-+]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}",
    re.IGNORECASE,
)
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
# Hashes and object ids; ids with the kind in front, as Stripe, Voucherify and others make them; Airtable; Salesforce.
_DATABASE_ID = re.compile(
    r"(?=[a-f\d]*\d)[a-f\d]{20,}|[a-z]{1,12}(?:_[a-z]{1,9})*_(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{10,}|(?:rec|app|"
    r"tbl|usr|fld)(?=\w*\d)[A-Za-z0-9]{14}|"
    r"(?=[A-Za-z0-9]*0000)[a0][A-Za-z0-9]{14}(?:[A-Z0-9]{3})?|\d{1,3}(?:\.\d{1,3}){3}"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-zА-я]{2,}")
_LINK = re.compile(
    r"[A-Za-z][A-Za-z+.-]*://\S+|www\.\S+|/\S+/\S*|[A-Za-z]:\\.+|\S+\.(?:png|jpe?g|gif|pdf|csv|xlsx?|html?|svg|webp)|"
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|de|ru|fr|io|co|eu|pl|it|es|shop|store|ly|me)(?:/\S*)?"
)
_PHONE = re.compile(r"\+\d[\d ()/.-]{6,20}|\(\d{2,5}\) ?[\d -]{5,12}|0\d{2,4}[ /-]\d{3,}[\d -]*")
_SETTING = re.compile(r"[A-Za-z_][\w.]*\s?=\s?.+|\[[a-z][\w. ]*\]")
# Codes in groups with spaces between them: ABCD 1234, 1234 5678 9012.
GROUPS = re.compile(r"(?=.*\d)(?:(?=.*[A-Z])[A-Z0-9]{2,6}(?: [A-Z0-9]{2,6}){1,5}|\d{4,6}(?: \d{4,6}){1,5})")
# X for a letter or digit, each other sign itself.
_EITHER = SignTable(lambda sign: "X" if sign.isalnum() else sign)


@lru_cache(maxsize=1 << 14)
def sort_of(cell: str) -> Sort:
    """What a value is; `cell` is stripped."""
    if not cell:
        return Sort.EMPTY
    folded = cell.casefold()
    if folded in _NOTHING:
        return Sort.NOTHING
    if folded in _BOOLEANS:
        return Sort.BOOLEAN
    if cell.isdecimal():
        return Sort.DIGITS
    if len(cell) <= 40 and (cell[0] in "-+−€$£¥₽₺.,(0123456789" or not cell.isascii() or cell[-1:].isdigit()):
        if _DATE.fullmatch(cell):
            return Sort.DATE
        if _AMOUNT.fullmatch(cell) and any(map(str.isdigit, cell)):
            return Sort.AMOUNT
        if _PHONE.fullmatch(cell):
            return Sort.PHONE
    elif _DATE.fullmatch(cell):
        return Sort.DATE
    return _address_or_id(cell) or (_words(cell) if " " in cell or len(cell) > 100 else _token(cell))


def _address_or_id(cell: str) -> Sort | None:
    if _EMAIL.fullmatch(cell):
        return Sort.EMAIL
    if _LINK.fullmatch(cell):
        return Sort.LINK
    if _UUID.fullmatch(cell):
        return Sort.UUID
    if _DATABASE_ID.fullmatch(cell):
        return Sort.DATABASE_ID
    return Sort.CURSOR if _is_cursor(cell) else Sort.SETTING if _SETTING.fullmatch(cell) else None


def _is_cursor(cell: str) -> bool:
    """Base64 of plain text, as the cursors of pages are."""
    if len(cell) < 12 or " " in cell or cell.upper() == cell:
        return False
    try:
        inside = base64.urlsafe_b64decode(cell.rstrip("=") + "=" * (-len(cell.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return False
    return inside.isascii() and inside.decode("ascii").isprintable()


def _words(cell: str) -> Sort:
    if GROUPS.fullmatch(cell):
        return Sort.GROUPS
    words = cell.split()
    if len(words) > 2 or len(cell) > 60:
        return Sort.PROSE
    return Sort.NAME


def _token(cell: str) -> Sort:
    if any(map(str.isdigit, cell)) or not any(map(str.isalpha, cell)):
        return Sort.CODE if any(map(str.isalnum, cell)) else Sort.PROSE
    letters = "".join(filter(str.isalpha, cell))
    if cell[-1] in ",:!?" and len(cell) > 1:
        return Sort.WORD
    return Sort.CAPITALS if letters == letters.upper() and len(letters) > 2 else Sort.WORD


def is_nothing(cell: str) -> bool:
    """Whether a cell only says that nothing is there: NULL, N/A, a dash."""
    return cell.strip().casefold() in _NOTHING


def make_of(cell: str) -> str:
    """The make of a value: 9 for a digit, A for a letter, and each other sign itself; ABC-12 gives AAA-99."""
    return cell.translate(MAKES)


def skeleton(cell: str) -> str:
    """Like `make_of`, but letters and digits alike: what random codes of one kind have in common."""
    return cell.translate(_EITHER)
