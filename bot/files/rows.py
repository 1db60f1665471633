"""Rows among the codes that are none: headers again, section titles, totals, comments, greetings, NULL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.files.titles import CERTAIN, is_mixed, weight
from bot.files.values import GROUPS, Sort, is_nothing, make_of, sort_of
from bot.promo.findings import Kind

# Each row of a longer list of uneven codes is not looked at.
_LOOKED_AT = 50_000
_SAMPLE = 1_000
_TOTALS = re.compile(
    r"(?:(?:(?:grand|sub|sum)[ -]?)?totals?|sum|итого|общий итог|всего|toplam|genel toplam|(?:gesamt|"
    r"zwischen)?summe|gesamt(?:ergebnis|summe)?|"
    r"total (?:general|g[eé]n[eé]ral|geral)|totale?(?: complessivo)?|suma(?: ko[nń]cowa)?|totaal|eindtotaal|"
    r"razem|celkem|summa|i alt|"
    r"合計|总计|合计|총합계|المجموع)\b[\w\s]{0,20}[\s:=]*[\d.,\s]*|"
    r"\(?\s*\d[\d.,\s]* (?:rows?|codes?|records?|coupons?|vouchers?|entries|lines?|zeilen|datens[aä]tze|lignes?|"
    r"filas?|registros?|righe|"
    r"wierszy|rekord[oó]w|sat[iı]r|строк\w?|код\w*|запис\w+)(?: \w+)?\s*\)?[.!]?|"
    r"(?:row labels|zeilenbeschriftungen|end of (?:file|list|report)|ende|eof|\(?(?:leer|blank)\)?)",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"(?:#|//|--|/\*|;|%|\*{2,}|={2,}|<!--)\s*\S")
_LABELLED = re.compile(r"[^\W\d_][^:]{0,40}:\s*\S.*|[^\W\d_][^:\d]{0,40}:")
# What forms and templates write where a code is to go.
_TEMPLATE = re.compile(
    r"(?:required|optional|mandatory|example|sample|template|placeholder|your[ _-]?code|code[ _-]?here|"
    r"enter[ _-]?code|pflichtfeld|optional|"
    r"beispiel|muster|obligatoire|exemple|facultatif|obligatorio|ejemplo|opcional|obrigat[oó]rio|exemplo|"
    r"obbligatorio|esempio|wymagane|"
    r"przyk[lł]ad|zorunlu|[oö]rnek|обязательно|пример|образец|string|text|varchar|xxx+|\.\.\.|…)\W?(?:\d{0,2})",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[`~]{3}\w*|<[/!]?\w[^>]*>|-{3,}.*-{3,}|[_=*~-]{3,}|\.{3,}|…")
_NOTHINGS = ("NULL", "NONE", "N/A", "NAN", "NIL", "UNDEFINED", "(NULL)", "\\N", "#N/A", "NA")


def unlike(codes: Sequence[str], lengths: Counter[int], titles: Iterable[str]) -> dict[Kind, list[int]]:
    """Rows that are no codes, by what they say and by being unlike the rest; `codes` has "" for those left out.

    `lengths` are those of the codes.
    """
    if not lengths:
        return {}
    usual, share = lengths.most_common(1)[0]
    found: dict[Kind, list[int]] = {}
    rows = _suspects(codes, lengths, usual, share / lengths.total())
    if rows:
        rest = _Rest(codes)
        named = {title.casefold() for title in titles if title}
        for row in rows:
            kind = rest.kind(codes[row], named, last=row > len(codes) - 3)
            if kind is not None:
                found.setdefault(kind, []).append(row)
    return found


def _suspects(codes: Sequence[str], lengths: Counter[int], usual: int, share: float) -> Sequence[int]:
    """The rows to look at: every one of a short or uneven list, else those of an unusual length or known words."""
    if len(codes) <= _SAMPLE or (share < 0.5 and len(codes) <= _LOOKED_AT):
        return [row for row, code in enumerate(codes) if code]
    if share >= 0.5:
        rows = [row for row, code in enumerate(codes) if len(code) != usual and code] if len(lengths) > 1 else []
        words = [word for word in _NOTHINGS if len(word) == usual]
        if words:
            rows = sorted({*rows, *(row for row, code in enumerate(codes) if code.upper() in words)})
        return rows
    return [row for row, code in enumerate(codes) if code and not any(map(str.isdigit, code))]


class _Rest:
    """What the codes of a list have in common, which those that are none have not."""

    def __init__(self, codes: Sequence[str]) -> None:
        present = [code for code in codes if code]
        sample = present[:: max(1, len(present) // _SAMPLE)]
        likely = [code for code in sample if sort_of(code) in (Sort.CODE, Sort.DIGITS, Sort.GROUPS, Sort.CAPITALS)]
        base = likely if len(likely) >= 0.4 * len(sample) else sample
        count = len(base)
        self.spaced = sum(" " in code for code in base) / count
        self.small = sum(any(map(str.islower, code)) for code in base) / count
        self.digits = sum(any(map(str.isdigit, code)) for code in base) / count
        self.labelled = sum(":" in code for code in sample) / len(sample)
        self.odd = sum(bool(_COMMENT.match(code)) for code in sample) / len(sample)
        makes = Counter(len(make_of(code)) for code in base).most_common(1)[0]
        self.usual, self.even = makes[0], makes[1] / count
        self.shares = {sort: number / len(sample) for sort, number in Counter(map(sort_of, sample)).items()}

    def kind(self, code: str, titles: set[str], *, last: bool) -> Kind | None:
        """What a row is that is no code; None for a code."""
        if is_nothing(code):
            return Kind.NOTHING
        if _TOTALS.fullmatch(code) or _FENCE.fullmatch(code):
            # TOTAL among the codes may be one of them.
            return Kind.WORDS if code.isupper() and code.isalpha() and not last else Kind.NOT_A_CODE
        if code.casefold() in titles or (self.odd < 0.3 and _COMMENT.match(code) and self._is_comment(code)):
            return Kind.WORDS
        sort = sort_of(code)
        if sort in (Sort.EMAIL, Sort.LINK) and self.shares.get(sort, 0) < 0.3:
            return Kind.WORDS
        if _TEMPLATE.fullmatch(code) or (weight(code) >= CERTAIN and not code.isupper() and not is_mixed(code)):
            return Kind.WORDS if self.digits > 0.4 else None
        if " " in code:
            return self._spaced(code, sort)
        return Kind.WORDS if self._is_word(code, sort) or self._is_label(code) else None

    def _is_comment(self, code: str) -> bool:
        return code[0] not in "#;%" or " " in code or self.even > 0.8

    def _is_label(self, code: str) -> bool:
        return self.labelled < 0.2 and bool(_LABELLED.fullmatch(code)) and any(map(str.islower, code))

    def _spaced(self, code: str, sort: Sort) -> Kind | None:
        """Words between codes without spaces."""
        if self.spaced > 0.2 or (GROUPS.fullmatch(code) and self.spaced > 0):
            return None
        told = sort in (Sort.PROSE, Sort.DATE) or self.even > 0.8 or self._is_label(code)
        return Kind.WORDS if told or (any(map(str.islower, code)) and self.small < 0.1) else None

    def _is_word(self, code: str, sort: Sort) -> bool:
        """A single word in small letters among capitals and digits, or in another alphabet."""
        letters = [sign for sign in code if sign.isalpha()]
        if not letters or any(map(str.isdigit, code)):
            return False
        small = any(map(str.islower, code)) and self.small < 0.1
        # Among random codes of one length a word of another length; WELCOME among them may be one, though.
        lone = sort is Sort.WORD and self.even > 0.8 and len(code) != self.usual and self.digits > 0.8
        return small or lone
