"""From cells to codes: what is taken off, what is left out, and what is only pointed at. In bulk where it can be."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.files.mixed_scripts import imitations_in, mixes_scripts
from bot.files.rows import unlike
from bot.files.signs import spoiled
from bot.files.table import Mark, Marks
from bot.promo.findings import Kind, Options

LONGEST_CODE = 100
# Far longer values are not even looked at.
_LOOKED_AT = 10_000
# Nothing in a value made of these needs a closer look, but for dates.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\n"
_LONGEST_DATE = 11
# Letters of one alphabet alone: nothing in them imitates another.
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9_\-]+|[А-ЯЁа-яё0-9_\-]+|[A-Za-zÀ-ÖØ-öø-ž0-9_\-]+|[Α-Ωα-ω0-9_\-]+|[א-ת0-9_\-]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u061c\u180e]")
_SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_BREAKS = "\n\r\f\v\x85\u2028\u2029"
_QUOTES = "\"'`´“”„«»‘’‚‹›"
# ="00123" keeps Excel from taking a code for a number.
_GUARD = re.compile(r'\s*=\s*"([^"]*)"\s*')
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d{1,3}|[+-]?\d[.,]\d+[eE]\d{1,3}")
# In any language: #N/A, #REF!, #ИМЯ?, #NV, #YOK; or a cell too narrow to show its number.
_CELL_ERROR = re.compile(r"#\S{1,14}[!?]|#(?:[NН]/[A-ZД]|N/?[VD]|YOK|N/B)|#{3,}", re.IGNORECASE)
# A line drawn under titles.
_RULED = re.compile(r"[-=_+|:.* ]{2,}")
_MONTHS = (
    "jan|feb|mar|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|ene|abr|ago|dic|mär|mrz|janv|févr|avr|juin|juil|"
    "août|déc|янв|фев|мар|апр|май|июн|июл|авг|сен|сент|окт|ноя|нояб|дек"
)
# Turkish months are words in other languages; Excel writes them with dots.
_TURKISH = "oca|şub|mar|nis|may|haz|tem|ağu|eyl|eki|kas|ara"
_DATE = re.compile(
    rf"\d{{1,2}}[-. ](?:{_MONTHS})\.?(?:[-. ]\d{{2,4}})?|(?:{_MONTHS})(?:\.|\.?[- ])(?:\d{{1,2}}|(?:19|20)\d\d)|"
    rf"\d{{1,2}}\.(?:{_TURKISH})(?:\.\d{{2,4}})?|(?:{_TURKISH})\.\d{{2,4}}|"
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d|"
    r"\d{1,2}:\d{2}(?::\d{2})?",
    re.IGNORECASE,
)
_YEAR_OR_MONTH = re.compile(rf"-(?:{_MONTHS.upper()})|(?:{_MONTHS.upper()})-|(?:19|20)\d\d-\d\d-")
_BOOLEANS = frozenset(
    [
        "TRUE",
        "FALSE",
        "WAHR",
        "FALSCH",
        "VRAI",
        "FAUX",
        "ИСТИНА",
        "ЛОЖЬ",
        "VERDADERO",
        "FALSO",
        "VERDADEIRO",
        "VERO",
        "DOĞRU",
        "YANLIŞ",
        "PRAWDA",
        "FAŁSZ",
    ]
)
# What reads like the work of a spreadsheet is a code only when a person says so.
_CHOSEN_ONLY = frozenset({Kind.DATE, Kind.FORMULA})


@dataclass(slots=True)
class Cleaned:
    """Codes by row, and the rows of each kind of trouble. A row that is left out has an empty code."""

    codes: list[str]
    rows: dict[Kind, list[int]] = field(default_factory=dict)

    def found(self, kind: Kind, row: int) -> None:
        """One more row of this kind."""
        self.rows.setdefault(kind, []).append(row)


def clean(values: list[str], marks: Marks, options: Options) -> Cleaned:
    """The codes in `values`, each cleaned, in their places; what is wrong with the others."""
    joined = "\n".join(values)
    lengths = set(map(len, values))
    plain = not marks and 0 not in lengths and joined.isascii() and not joined.encode().translate(None, _PLAIN)
    if plain and joined.count("\n") == len(values) - 1:
        result = Cleaned(list(values) if _has_damage(joined, lengths) else values)
        if result.codes is not values:
            _look_closer(values, range(len(values)), marks, result, options)
        return result
    result = Cleaned(list(values))
    matches = _PLAIN_VALUE.fullmatch
    suspicious = [row for row, value in enumerate(values) if not matches(value) or row in marks]
    _look_closer(values, suspicious, marks, result, options)
    _mend(result, options)
    if _has_damage("\n".join(result.codes), set(map(len, result.codes))):
        rest = set(range(len(values))).difference(suspicious)
        _look_closer(values, sorted(rest), marks, result, options)
    return result


def _mend(result: Cleaned, options: Options) -> None:
    """Writes codes in ordinary signs where the file proves them, or a person asked for it; leaves them out else."""
    for row, code in spoiled(result.codes).items():
        result.found(Kind.MENDED if code.proven else code.kind, row)
        result.codes[row] = code.ordinary if code.proven or options.repair else ""


def _has_damage(joined: str, lengths: set[int]) -> bool:
    """Whether plain values of these lengths, joined by line breaks, hold dates or booleans: cheap to tell, and rare."""
    words = [word for word in _BOOLEANS if len(word) in lengths]
    dated = "-" in joined and min(lengths, default=0) <= _LONGEST_DATE
    ruled = joined.startswith(("--", "__")) or "\n--" in joined or "\n__" in joined
    if not words and not dated and not ruled:
        return False
    lines = f"\n{joined.upper()}\n"
    if any(f"\n{word}\n" in lines for word in words):
        return True
    if ruled and re.search("\n[-_]+\n", lines):
        return True
    if not dated or not _YEAR_OR_MONTH.search(lines):
        return False
    return any(_DATE.fullmatch(value) for value in joined.split("\n") if "-" in value and len(value) <= _LONGEST_DATE)


def _look_closer(
    values: Sequence[str], rows: Sequence[int] | range, marks: Marks, result: Cleaned, options: Options
) -> None:
    for row in rows:
        mark = marks.get(row)
        if mark is not None and mark.kind is not Kind.FORMULA:
            _marked(row, values[row], mark, result, options)
            continue
        code, kinds = one_value(values[row])
        if mark is not None and code:
            kinds.append(mark.kind)
        if not options.keep.issuperset(_CHOSEN_ONLY.intersection(kinds)):
            code = ""
        for kind in kinds:
            result.found(kind, row)
        result.codes[row] = code


def _marked(row: int, value: str, mark: Mark, result: Cleaned, options: Options) -> None:
    result.found(mark.kind, row)
    if mark.repair and options.repair:
        result.codes[row] = mark.repair
    else:
        result.codes[row] = value if mark.kind in options.keep else ""


def one_value(value: str) -> tuple[str, list[Kind]]:
    """The code in one cell (empty when there is none to upload), and what was found."""
    kinds: list[Kind] = []
    if len(value) > _LOOKED_AT:
        return "", [Kind.TOO_LONG]
    text = _INVISIBLE.sub("", value)
    if text != value:
        kinds.append(Kind.INVISIBLE)
    if guarded := _GUARD.fullmatch(text):
        text = guarded.group(1)
        kinds.append(Kind.QUOTES)
    text = _unwrapped(text, kinds)
    if not text:
        return "", [Kind.EMPTY]
    damage = _damage(text)
    if damage is not None:
        return "", [damage]
    return text, kinds + _doubts(text)


def _unwrapped(text: str, kinds: list[Kind]) -> str:
    """Without the spaces and quotes around it."""
    while True:
        bare = text.strip(_SPACES + _LINE_BREAKS)
        if bare != text and Kind.SPACES not in kinds:
            kinds.append(Kind.SPACES)
        # One without the other is a leftover, as the apostrophe that makes a cell of Excel a text.
        text = bare.strip(_QUOTES)
        if text == bare:
            return bare
        if text and Kind.QUOTES not in kinds:
            kinds.append(Kind.QUOTES)


def _damage(text: str) -> Kind | None:
    """What makes a value no code at all."""
    if any(one in text for one in _LINE_BREAKS):
        return Kind.LINE_BREAK
    if _SCIENTIFIC.fullmatch(text):
        return Kind.SCIENTIFIC
    if _CELL_ERROR.fullmatch(text):
        return Kind.CELL_ERROR
    if text.upper() in _BOOLEANS:
        return Kind.BOOLEAN
    if "\ufffd" in text:
        return Kind.UNREADABLE_TEXT
    if _RULED.fullmatch(text):
        return Kind.NOT_A_CODE
    return Kind.TOO_LONG if len(text) > LONGEST_CODE else None


def _doubts(text: str) -> list[Kind]:
    """What a person may know better."""
    if _DATE.fullmatch(text):
        return [Kind.DATE]
    kinds = [Kind.FORMULA] if text.startswith("=") else []
    if any(unicodedata.category(one) in ("Cc", "Cs", "Co", "Cn") for one in text if not one.isalnum()):
        kinds.append(Kind.CONTROL)
    if any(one.isspace() or one in _SPACES for one in text):
        kinds.append(Kind.INNER_SPACE)
    if not text.isascii() and mixes_scripts(text):
        kinds.append(Kind.LOOKALIKE)
    return kinds


def whole_column(codes: Sequence[str], titles: Sequence[str] = ()) -> dict[Kind, list[int]]:
    """What only shows beside the other codes: words, rounded numbers, lost zeros, odd lengths. By kind."""
    lengths = _lengths(codes)
    apart = unlike(codes, lengths, titles)
    if apart:
        gone = {row for rows in apart.values() for row in rows}
        codes = ["" if row in gone else code for row, code in enumerate(codes)]
        lengths = _lengths(codes)
    return apart | _among_codes(codes, lengths)


def _lengths(codes: Sequence[str]) -> Counter[int]:
    lengths = Counter(map(len, codes))
    lengths.pop(0, None)
    return lengths


def _among_codes(codes: Sequence[str], lengths: Counter[int]) -> dict[Kind, list[int]]:
    present = lengths.total()
    if present < 5:
        return {}
    usual, count = lengths.most_common(1)[0]
    found: dict[Kind, list[int]] = {}
    if imitations := imitations_in(codes):
        found[Kind.LOOKALIKE] = imitations
    if len(lengths) == 1 and usual < 16:
        return found
    sample = [code for code in codes[:2000] if code]
    if sum(map(str.isdigit, sample)) > 0.9 * len(sample):
        found |= _digits(codes, usual, count / present)
    odd = {length for length in lengths if abs(length - usual) >= max(3, usual // 2)}
    if odd and count >= 0.5 * present and Kind.ROUNDED not in found:
        told = {row for rows in found.values() for row in rows}
        if rows := [row for row, code in enumerate(codes) if len(code) in odd and row not in told]:
            found[Kind.LENGTH] = rows
    return found


def _digits(codes: Sequence[str], usual: int, share: float) -> dict[Kind, list[int]]:
    """Damage to codes of digits only: zeros at the end (rounded), or fewer digits than the others (zeros lost)."""
    long = [row for row, code in enumerate(codes) if len(code) >= 16 and code.isdigit()]
    rounded = [row for row in long if not codes[row][15:].strip("0")]
    if rounded and len(rounded) >= 0.9 * len(long):
        return {Kind.ROUNDED: rounded}
    full = [code for code in codes if len(code) == usual]
    short = [row for row, code in enumerate(codes) if 0 < len(code) < usual and code.isdigit()]
    if short and share >= 0.6 and not any(code.startswith("0") for code in full):
        return {Kind.ZEROS_LIKELY: short}
    return {}
