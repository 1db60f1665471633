"""Promo code lists: what is left in each, and which one a person means."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum

from bot.errors import ListChoice

LOW = 500
# Names and typed words are compared by their first so many characters, and are near from this likeness on.
MAX_COMPARED = 200
NEAR = 0.6
# Words of files that name no list.
_SAYS_NOTHING = frozenset(
    ("code", "codes", "coupon", "coupons", "export", "file", "final", "import", "list", "new", "promo", "promocodes")
) | frozenset(("upload", "voucher", "vouchers", "коды", "промокоды", "kod", "kodlar"))
# What people type before a list's name.
_LEADING = re.compile(r"^(?:(?:of|in|into|for|from|to|the|our|me|us|list|codes?)\s+)+")
# Words of questions that are parts of lists' names, too.
_QUESTIONS = frozenset(
    ("all", "any", "are", "can", "have", "how", "last", "left", "many", "much", "need", "out", "what")
)
_SMALL = frozenset(("and", "for", "from", "next", "our", "the", "this", "until", "when", "which", "will", "with"))
_TIMES = frozenset(
    ("day", "days", "today", "tomorrow", "week", "weekend", "monday", "tuesday", "wednesday", "thursday")
)
_SAYS_LITTLE = _QUESTIONS | _SMALL | _TIMES | {"friday", "saturday", "sunday"}


@dataclass(frozen=True, slots=True)
class Shop:
    """One PersonaClick shop; `name` is empty when there is only one."""

    name: str
    shop_id: str = field(repr=False)
    shop_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PromoList:
    """One list: `available` is the API's count of codes not handed out yet; `twin` says that another has its name."""

    id: str
    name: str
    available: int
    shop: str = ""
    twin: bool = field(default=False, compare=False)

    @property
    def called(self) -> str:
        """The name, with the id where another list has the same; or the id where it has none."""
        name = self.name.strip() or f"List {self.id}"
        return f"{name} ({self.id})" if self.twin else name

    @property
    def title(self) -> str:
        """What people call the list, with the shop in front when there are several."""
        return f"{self.shop}/{self.called}" if self.shop else self.called

    @property
    def beside_id(self) -> str:
        """The title where the id stands beside it."""
        return replace(self, twin=False).title

    @property
    def choice(self) -> ListChoice:
        """The list as one of several that may be meant."""
        return ListChoice(self.title, self.id, f"{self.shop}/{self.id}" if self.shop else self.id)


def told_apart(lists: Sequence[PromoList]) -> tuple[PromoList, ...]:
    """The lists, those of one shop and name (in any case) marked as twins."""
    keys = [(one.shop, _plain(one.name)) for one in lists]
    count = Counter(key for key in keys if key[1])
    return tuple(replace(one, twin=True) if count[key] > 1 else one for one, key in zip(lists, keys, strict=True))


class Stock(StrEnum):
    """How a list stands, neediest first."""

    EMPTY = "Empty"
    LOW = "Low"
    IN_STOCK = "In stock"


def stock(promo_list: PromoList) -> Stock:
    """`EMPTY` at 0, `LOW` below 500, else `IN_STOCK`."""
    if promo_list.available <= 0:
        return Stock.EMPTY
    return Stock.LOW if promo_list.available < LOW else Stock.IN_STOCK


def by_need(lists: Iterable[PromoList]) -> list[PromoList]:
    """The lists, those that need codes soonest first."""
    return sorted(lists, key=lambda one: (one.available, one.title.casefold(), one.id))


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one list answers."""

    list: PromoList


@dataclass(frozen=True, slots=True)
class Several:
    """More than one list answers."""

    lists: tuple[PromoList, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """None answers; these come close (none when nothing does)."""

    lists: tuple[PromoList, ...]


def find(words: str, lists: Sequence[PromoList]) -> Found | Several | NearMiss:
    """Which list `words` means: an id, a name, part of a name, or `shop/name`; exact beats partial."""
    match named(words, lists):
        case [one]:
            return Found(one)
        case []:
            return NearMiss(tuple(near_misses(words, lists)))
        case several:
            return Several(tuple(several))


def named(words: str, lists: Sequence[PromoList]) -> list[PromoList]:
    """The lists of that id, else of that name, else with those words in their names."""
    wanted = _plain(words)
    if not (found := _named(wanted, lists)) and (plainer := _LEADING.sub("", wanted)) != wanted:
        return _named(plainer, lists)
    return found


def _named(wanted: str, lists: Sequence[PromoList]) -> list[PromoList]:
    ids = [one for one in lists if wanted in (_plain(one.id), _plain(f"{one.shop}/{one.id}"))]
    return ids or [one for one in lists if wanted in (_plain(one.name), _plain(one.title))] or matching(wanted, lists)


def matching(words: str, lists: Sequence[PromoList]) -> list[PromoList]:
    """The lists whose id is, or whose name contains, every one of `words`."""
    parts = _plain(words).split()
    return [one for one in lists if all(part == one.id.casefold() or part in _plain(one.title) for part in parts)]


def guess(file_name: str, lists: Sequence[PromoList]) -> PromoList | None:
    """The one list a file's name names clearly, or None: `Spring sale.csv`, `spring-sale_2024.csv`, `100500.txt`.

    A part of a name is clear, too, when no other list has it: `black-friday.csv` for “Black Friday 2026”.
    """
    stem = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = _words(stem)
    by_id = [one for one in lists if one.id.casefold() in words and len(one.id) >= 3]
    if len(by_id) == 1:
        return by_id[0]
    named = [one for one in lists if (name := _words(one.name)) and _inside(name, words)]
    longest = max((len(_words(one.name)) for one in named), default=0)
    best = [one for one in named if len(_words(one.name)) == longest]
    if not best:
        telling = {word for word in words if not word.isdecimal() and word not in _SAYS_NOTHING}
        clear = len(telling) > 1 or any(len(word) >= 5 for word in telling)
        best = [one for one in lists if clear and telling <= set(_words(one.name))]
    return best[0] if len(best) == 1 else None


def spoken_of(words: str, lists: Sequence[PromoList]) -> list[PromoList]:
    """The lists that a sentence is about: those of whose names and ids most words stand in it."""
    said = {word for word in _words(words) if len(word) > 2} - _SAYS_NOTHING - _SAYS_LITTLE
    counts = [len(said.intersection([*_words(one.title), one.id.casefold()])) for one in lists]
    most = max(counts, default=0)
    return [one for one, count in zip(lists, counts, strict=True) if count == most] if most else []


def _inside(name: Sequence[str], words: Sequence[str]) -> bool:
    size = len(name)
    return any(list(words[at : at + size]) == list(name) for at in range(len(words) - size + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _plain(text: str) -> str:
    """Text as it is compared: in one case, without accents, with single spaces."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
        text = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(text.casefold().split())


def meant_by(words: str, lists: Sequence[PromoList]) -> list[PromoList]:
    """Every list that `words` may mean: those that match, else those that come close."""
    match find(words, lists):
        case Found(promo_list):
            return [promo_list]
        case Several(several) | NearMiss(several):
            return list(several)


def near_misses(words: str, lists: Sequence[PromoList]) -> list[PromoList]:
    """Up to three lists whose names come close to `words` (their first 200 characters), closest first.

    10,000 lists take some tenths of a second: on an event loop, ask in a thread.
    """
    likeness = _Likeness(_plain(words[:MAX_COMPARED]))
    scored = [(likeness.of(promo_list), promo_list) for promo_list in lists]
    close = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [promo_list for _, promo_list in close[:3]]


class _Likeness:
    """How much names are like `wanted`, 0.6 to 1, or 0; equal words are compared once."""

    def __init__(self, wanted: str) -> None:
        self._matcher = SequenceMatcher(autojunk=False)
        self._matcher.set_seq2(wanted)
        self._known: dict[str, float] = {}

    def of(self, promo_list: PromoList) -> float:
        """The likeness of the list's name, its likest word, or its id."""
        name = _plain(promo_list.name)[:MAX_COMPARED]
        return max(self._word(word) for word in {name, promo_list.id.casefold()[:MAX_COMPARED], *name.split()})

    def _word(self, word: str) -> float:
        if (known := self._known.get(word)) is not None:
            return known
        self._matcher.set_seq1(word)
        # The two upper bounds are cheap, and far from most words.
        close = self._matcher.real_quick_ratio() >= NEAR and self._matcher.quick_ratio() >= NEAR
        ratio = self._matcher.ratio() if close else 0.0
        self._known[word] = ratio if ratio >= NEAR else 0.0
        return self._known[word]
