"""Which codes a file says are used, sent, inactive or expired: by status words, dates and counts beside them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.files.days import day_of
from bot.files.evidence import Evidence
from bot.files.titles import words_of
from bot.files.values import Sort, is_nothing
from bot.promo.findings import Kind, Marked

_USED = re.compile(
    r"used|redeemed|claimed|consumed|spent|sent|assigned(?:_?to.*| to.*)?|distributed|taken|applied|exhausted|"
    r"depleted|sold|"
    r"benutzt|verwendet|eingelost|eingeloest|verbraucht|versendet|verschickt|vergeben|utilisee?s?|envoyee?|"
    r"usad[oa]s?|canjead[oa]s?|"
    r"utilizad[oa]s?|enviad[oa]s?|resgatad[oa]s?|usat[oi]|utilizzat[oi]|riscattat[oi]|inviat[oi]|uzyt[yea]|"
    r"wykorzystan[yea]|"
    r"zrealizowan[yea]|wyslan[yea]|kullanildi|kullanilmis|gonderildi|использован\w*|погашен\w*|применен\w*|"
    r"отправлен\w*|выдан\w*|"
    r"активирован\w*|gebruikt|verzilverd|verzonden|anvand|brugt|brukt|sendt|skickad|pouzit\w*|uplatnen\w*|"
    r"kaytetty|felhasznalt|"
    r"utilizat|使用済み?|已使用|已兑换|已核销|사용됨|사용완료|مستخدم|נוצל|χρησιμοποιηθηκε|fully used|completed|redeem",
)
_EXPIRED = re.compile(
    r"expired|lapsed|overdue|abgelaufen|verfallen|expiree?|perimee?|caducad[oa]|vencid[oa]|expirad[oa]|"
    r"scadut[oa]|wygasl[yea]|"
    r"przeterminowan\w*|suresi doldu|истек\w*|просрочен\w*|verlopen|utgangen|udlobet|utlopt|prosle?|"
    r"期限切れ|已过期|만료|"
    r"만료됨|منتهي|פג תוקף"
)
_INACTIVE = re.compile(
    r"inactive|not active|disabled|deactivated|cancell?ed|void(?:ed)?|revoked|blocked|deleted|archived|invalid|"
    r"draft|trash(?:ed)?|paused|"
    r"closed|suspended|unpublished|inaktiv|deaktiviert|gesperrt|storniert|geloscht|ungultig|desactivee?|inactif|"
    r"annulee?|supprimee?|"
    r"desactivad[oa]|inactiv[oa]|anulad[oa]|cancelad[oa]|bloquead[oa]|inativ[oa]|disattivat[oa]|annullat[oa]|"
    r"inattiv[oa]|nieaktywn[yea]|"
    r"anulowan[yea]|zablokowan[yea]|pasif|iptal|iptal edildi|неактивен|неактивный|отключен\w*|отменен\w*|"
    r"заблокирован\w*|удален\w*|"
    r"inactief|geblokkeerd|inaktiverad|無効|已停用|无效|비활성|معطل"
)
# Words of titles.
_TELLS_USED = re.compile(
    r"used|given|issued|recipient|vergeben|выдан\w*|redeemed|redemptions?|claimed|consumed|applied|sent|senddate|usedat|usedon|usages?|uses|assigned|"
    r"deactivated|benutzt|verwendet|eingelost|"
    r"eingeloest|einlosung|einlosedatum|versendet|verwendungen|utilisee?s?|utilisations?|usad[oa]s?|usos|"
    r"canjead[oa]|utilizad[oa]s?|enviad[oa]|"
    r"resgatad[oa]|usat[oi]|utilizzi|utilizzat[oi]|uzyty|uzyte|uzyc|uzycia|wykorzystan\w*|kullanildi|kullanim|"
    r"kullanilma|использован\w*|"
    r"погашен\w*|применен\w*|отправлен\w*|gebruikt|anvand|brugt|pouzit\w*|kaytetty|使用済み?|已使用|使用次数|사용"
)
_TELLS_DEACTIVATED = re.compile(
    r"deactivated|disabled|cancell?ed|revoked|deleted|archived|blocked|gesperrt|deaktiviert|отключен\w*|удален\w*"
)
_TELLS_ACTIVE = re.compile(
    r"active|enabled|available|valid|isvalid|unused|free|aktiv|verfugbar|actif|active|disponible|activo|activa|"
    r"ativo|ativa|attivo|attiva|"
    r"aktywny|dostepny|aktif|активен|активный|доступен|доступна|действителен|actief|aktivni|有効|可用"
)
_TELLS_LIMIT = re.compile(
    r"limit|limits|max|maximum|allowed|per|remaining|left|available|verbleibend|restant\w*|maximal\w*|лимит|"
    r"осталось|type"
)
_TELLS_EXPIRY = re.compile(
    r"(?:\w+ ){0,3}(?:expir\w*|expiry|enddate|validto|validuntil|validthru|ablauf\w*|verfall\w*|gultigbis|"
    r"caducidad|vencimiento|validade|scadenza|"
    r"waznosci|bitis|истекает|окончани\w*|годен|vervaldatum|platnost|有効期限|有效期|到期\w*|만료\w*)(?: \w+){0,2}|"
    r"(?:\w+ )?(?:valid|ends?|end|gultig|valable|valido|"
    r"ważny|wazny|действует|действителен|действительна) (?:until|till|thru|through|to|date|at|on|time|bis|"
    r"jusqu.*|hasta|fino|ate|do|до|au)(?: \w+)?|"
    r"(?:date|data|fecha) (?:de |di |d )?(?:fin|fine|fim)\w*|срок(?: \w+){0,2}|son kullanma.*|data konca|koniec"
)
_YES = frozenset(
    [
        "true",
        "t",
        "yes",
        "y",
        "ja",
        "да",
        "oui",
        "si",
        "sí",
        "sim",
        "evet",
        "tak",
        "1",
        "x",
        "✓",
        "✔",
        "ano",
        "on",
        "wahr",
        "vrai",
        "истина",
        "是",
    ]
)
_NO = frozenset(
    [
        "false",
        "f",
        "no",
        "n",
        "nein",
        "нет",
        "non",
        "não",
        "hayır",
        "nie",
        "0",
        "ne",
        "off",
        "falsch",
        "faux",
        "ложь",
        "nee",
        "nej",
        "否",
    ]
)
_FREE = frozenset(
    [
        *("free", "unused", "open", "available", "new", "never", "offen", "frei", "verfügbar", "libre", "disponible"),
        *("livre", "disponível", "libero", "wolny", "dostępny", "boş", "свободен", "unassigned", "unsent"),
    ]
)
_OF = re.compile(r"(\d{1,9})\s*(?:/|of|von|из)\s*(\d{1,9})")
_FEW_WORDS = 25


@dataclass(slots=True)
class Usage:
    """Rows (of those that were given) that the file marks, by kind; what says so; and the nearest expiry to come."""

    rows: dict[Kind, list[int]] = field(default_factory=dict)
    marked: list[Marked] = field(default_factory=list)
    nearest: datetime.date | None = None


def usage(
    evidence: Sequence[Evidence],
    codes_in: int,
    column: Callable[[int], list[str]],
    present: Sequence[bool],
    today: datetime.date | None,
) -> Usage:
    """What the columns beside column `codes_in` say of its codes. `present` are the rows that hold one."""
    found = Usage()
    limits = _limit(evidence, column)
    total = sum(present)
    for beside in evidence:
        if beside.index == codes_in or not beside.cells or beside.same_as is not None:
            continue
        judge = _judge(beside, limits, today, found)
        if judge is None:
            continue
        values = column(beside.index)
        verdicts = {value: judge(value.strip()) for value in set(values)}
        for kind in dict.fromkeys(filter(None, verdicts.values())):
            rows = [row for row, value in enumerate(values) if verdicts[value] is kind and present[row]]
            _add(found, kind, rows, beside.title or f"{beside.index + 1}", total)
    return found


def _add(found: Usage, kind: Kind, rows: list[int], title: str, total: int) -> None:
    if rows:
        known = set(found.rows.get(kind, ()))
        fresh = [row for row in rows if row not in known]
        if fresh:
            found.rows[kind] = sorted(known.union(fresh))
            found.marked.append(Marked(kind, title, len(fresh), total))


def _limit(evidence: Sequence[Evidence], column: Callable[[int], list[str]]) -> int:
    """How often the codes may be used, where a column says more than once; else 1."""
    for beside in evidence:
        words = words_of(beside.title)
        limits = any(map(_TELLS_LIMIT.fullmatch, words)) or words[-2:] == ["redemption", "quantity"]
        if (
            beside.sort is Sort.DIGITS
            and limits
            and any(_TELLS_USED.fullmatch(word) or word == "limit" for word in words)
        ):
            numbers = [int(cell) for cell in beside.cells if cell.isdecimal()]
            if numbers:
                return max(1, min(numbers))
    return 1


def _judge(
    beside: Evidence, limit: int, today: datetime.date | None, found: Usage
) -> Callable[[str], Kind | None] | None:
    """What a cell of the column says of the code beside it; None for a column that says nothing."""
    words = words_of(beside.title.rsplit(".", 1)[-1])
    title = " ".join(words)
    if _TELLS_EXPIRY.fullmatch(title):
        return _expiry(today, found) if today else None
    if any(map(_TELLS_DEACTIVATED.fullmatch, words)):
        return lambda cell: Kind.INACTIVE if _says_so(cell) else None
    if any(map(_TELLS_USED.fullmatch, words)):
        limits = any(map(_TELLS_LIMIT.fullmatch, words))
        return _used_of_limit if limits else lambda cell: _used(cell, limit, some=beside.filled < 1)
    if not beside.title and beside.sort is Sort.DATE and today:
        return _untitled_days(beside, today, found)
    few = len(set(beside.cells)) <= _FEW_WORDS
    if any(map(_TELLS_ACTIVE.fullmatch, words)) and few and _all(beside.cells, _YES | _NO):
        return lambda cell: Kind.INACTIVE if cell.casefold() in _NO else None
    if few and beside.sort in (Sort.WORD, Sort.CAPITALS, Sort.NAME, Sort.BOOLEAN, Sort.EMPTY, Sort.CODE, Sort.PROSE):
        return _status
    return None


def _all(cells: Iterable[str], words: frozenset[str]) -> bool:
    return all(cell.casefold() in words or is_nothing(cell) for cell in cells)


def _says_so(cell: str) -> bool:
    return bool(cell) and cell.casefold() not in _NO and not is_nothing(cell)


def _used_of_limit(cell: str) -> Kind | None:
    """1 / 1"""
    found = _OF.fullmatch(cell)
    return Kind.USED if found and int(found[1]) >= int(found[2]) > 0 else None


def _used(cell: str, limit: int, *, some: bool) -> Kind | None:
    """A date, a yes, a count that reaches the limit; where only some rows have any, a name or an order, too."""
    if not _says_so(cell) or cell.casefold() in _FREE:
        return None
    if cell.isdecimal() and len(cell) < 7:
        return Kind.USED if int(cell) >= limit else None
    if (told := _status(cell)) is not None:
        return told
    return Kind.USED if some or cell.casefold() in _YES or day_of(cell) is not None else None


def _status(cell: str) -> Kind | None:
    plain = " ".join(words_of(cell.strip("()[]")))
    for pattern, kind in ((_USED, Kind.USED), (_EXPIRED, Kind.EXPIRED), (_INACTIVE, Kind.INACTIVE)):
        if pattern.fullmatch(plain):
            return kind
    return None


def _untitled_days(beside: Evidence, today: datetime.date, found: Usage) -> Callable[[str], Kind | None] | None:
    """Days past and to come are those when codes expire; past ones beside some codes only, those of their use."""
    days = list(filter(None, map(day_of, beside.cells)))
    if days and min(days) < today <= max(days):
        return _expiry(today, found)
    if days and max(days) < today and beside.filled < 1:
        return lambda cell: Kind.USED if day_of(cell) else None
    return None


def _expiry(today: datetime.date, found: Usage) -> Callable[[str], Kind | None]:
    def judge(cell: str) -> Kind | None:
        day = day_of(cell)
        if day is None:
            return _status(cell)
        if day < today:
            return Kind.EXPIRED
        found.nearest = min(found.nearest or day, day)
        return None

    return judge
