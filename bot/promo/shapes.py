"""What codes look like, and whether a file's codes look more like another list's than the chosen one's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TypeVar

from bot.promo.findings import Shape

T = TypeVar("T", str, int)

_SAMPLE = 1_000
_KEPT = 20
# First characters that are counted. Codes of which so many begin alike in more are told apart by all of these, as
# WELCOME10-… and WELCOME20-… are; so many at the end are never kept.
_PREFIX = 3
_SHARED_BY = 5
_SECRET = 4
# A list fits when its codes agree to this degree (1: the same prefixes, lengths and alphabet), and fits better than
# another when it is ahead by so much.
_FITS = 0.7
_AHEAD = 0.35
# Codes without history in the chosen list are only doubted when they begin like another list's, and tellingly.
_TELLING = 0.8
# The makes of codes are told apart by letters and digits where so many agree.
_MOSTLY = 0.7
_MAKES = 3
_LONGEST = 40
_EITHER = str.maketrans("A9", "XX")


def shape_of(codes: Sequence[str]) -> Shape:
    """The shape of codes, from an even sample of at most 1,000."""
    sample = codes[:: max(1, len(codes) // _SAMPLE)]
    begin = _begin(sample)
    return Shape(
        prefixes=_top(Counter(code[:begin] for code in sample)),
        lengths=_top(Counter(map(len, sample))),
        alphabets=_top(Counter(_alphabets(sample))),
        codes=len(sample),
    )


def _begin(codes: Sequence[str]) -> int:
    """How many first characters to count: as many as all codes share, if more than usual, but no whole code."""
    if len(codes) < _SHARED_BY:
        return _PREFIX
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(min(codes), max(codes), strict=False)))
    return max(_PREFIX, min(shared, min(map(len, codes)) - _SECRET))


def _alphabets(codes: Sequence[str]) -> list[str]:
    """Which sorts of characters each code has: A upper case, a lower case, 9 digits, and each other sign itself."""
    sorts = _translated(codes, _SORTS)
    told = {sort: "".join(sorted(set(sort))) for sort in set(sorts)}
    return [told[sort] for sort in sorts]


class SignTable(dict[int, str]):
    """A table for `str.translate` that fills itself: `made` is asked once what becomes of a sign."""

    def __init__(self, made: Callable[[str], str]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, point: int) -> str:
        made = self[point] = self._made(chr(point))
        return made


def _sort(sign: str) -> str:
    if sign.isdigit():
        return "9"
    return sign if not sign.isalpha() else "A" if sign.isupper() else "a" if sign.islower() else sign


_SORTS = SignTable(_sort)
# 9 for a digit, A for a letter, each other sign itself.
MAKES = SignTable(lambda sign: "9" if sign.isdigit() else "A" if sign.isalpha() else sign)


def _translated(codes: Sequence[str], table: SignTable) -> list[str]:
    return "\n".join(codes).translate(table).split("\n") if codes else []


def makes_of(codes: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The usual makes of codes with how many have each, the most usual first, from the same sample as `shape_of`.

    A is a letter, 9 a digit, other signs stand for themselves; X is either, where codes mix them at random.
    """
    sample = [code[:_LONGEST] for code in codes[:: max(1, len(codes) // _SAMPLE)]]
    makes = Counter(_translated(sample, MAKES))
    if makes and makes.most_common(1)[0][1] < _MOSTLY * len(sample):
        either: Counter[str] = Counter()
        for make, count in makes.items():
            either[make.translate(_EITHER)] += count
        makes = either
    return _top(makes)[:_MAKES]


def merge(shapes: Iterable[Shape]) -> Shape:
    """The shape of everything that several shapes saw."""
    prefixes: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    alphabets: Counter[str] = Counter()
    codes = 0
    for shape in shapes:
        prefixes.update(dict(shape.prefixes))
        lengths.update(dict(shape.lengths))
        alphabets.update(dict(shape.alphabets))
        codes += shape.codes
    return Shape(_top(prefixes), _top(lengths), _top(alphabets), codes)


def better_list(shape: Shape, chosen: str, shapes: Mapping[str, Shape]) -> str | None:
    """The id of a list that codes of this shape fit clearly better than the `chosen` one, or None.

    `shapes` are what was loaded to each list before.
    """
    fits = {list_id: likeness(shape, known) for list_id, known in shapes.items() if list_id != chosen}
    if not fits:
        return None
    best = max(fits, key=lambda list_id: fits[list_id])
    if chosen in shapes:
        ahead = fits[best] - likeness(shape, shapes[chosen])
        return best if fits[best] >= _FITS and ahead >= _AHEAD else None
    telling = shape.prefixes and shape.prefixes[0][1] >= _TELLING * shape.codes
    same_start = _same_start(shape, shapes[best]) >= _TELLING
    return best if telling and same_start and fits[best] >= _FITS else None


def likeness(one: Shape, other: Shape) -> float:
    """How much two shapes have in common, from 0 to 1."""
    if not _begins_alike(one) and not _begins_alike(other):
        # Random codes have no beginning to compare.
        return 0.6 * _overlap(one.lengths, other.lengths) + 0.4 * _overlap(one.alphabets, other.alphabets)
    return (
        0.5 * _same_start(one, other)
        + 0.3 * _overlap(one.lengths, other.lengths)
        + 0.2 * _overlap(one.alphabets, other.alphabets)
    )


def _same_start(one: Shape, other: Shape) -> float:
    """How much of two shapes begins in the same way, as far as both were counted."""
    shortest = min((len(start) for shape in (one, other) for start, _ in shape.prefixes), default=0)
    cut: list[Counter[str]] = [Counter(), Counter()]
    for counts, shape in zip(cut, (one, other), strict=True):
        for start, count in shape.prefixes:
            counts[start[: max(shortest, _PREFIX)]] += count
    return _overlap(cut[0].items(), cut[1].items())


def _begins_alike(shape: Shape) -> bool:
    return bool(shape.prefixes) and shape.prefixes[0][1] >= 0.2 * shape.codes


def _overlap(one: Iterable[tuple[object, int]], other: Iterable[tuple[object, int]]) -> float:
    """How much two distributions share, from 0 to 1."""
    left, right = dict(one), dict(other)
    total_left, total_right = sum(left.values()), sum(right.values())
    if not total_left or not total_right:
        return 0.0
    return sum(min(count / total_left, right.get(key, 0) / total_right) for key, count in left.items())


def _top(counts: Counter[T]) -> tuple[tuple[T, int], ...]:
    return tuple(sorted(counts.most_common(_KEPT), key=lambda pair: (-pair[1], str(pair[0]))))
