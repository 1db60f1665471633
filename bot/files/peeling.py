"""What stands before and after the codes of most lines: marks of a list, numbers, labels, quotes, full stops, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.files.titles import weight
from bot.files.values import Sort, sort_of

# As many lines as this share have to be alike.
MOST = 0.6
# What stands before a code: a mark of a list, a box to tick, a number, the word that says what it is.
_MARK = re.compile(r"(?:[-*•·‣⁃◦▪●○■□▸►➤➢→✓✔☐☑☒–—>»+~]+\s+|[•·‣◦▪●○■□▸►➤✓✔☐☑]\s*)+")
_BOX = re.compile(r"(?:[-*+] )?\[[ xX✓]?\]\s*")
_NUMBER = re.compile(
    r"(?:\(?#?(\d{1,7})[.):\]]\s*|\[(\d{1,7})\][.:)]?\s*|#(\d{1,7})\s+|(\d{1,7})\s*[-–—]\s+)(?=\S*[^\W\d])"
)
_LABEL = re.compile(
    r"([^\W\d_][^:=\n]{0,40}?)(?:\s?[:=]\s+|\s+[:=]\s*|\s?->\s*|\s?→\s*)(?=\S)|([a-z][\w -]{0,30})[:=](?=[^\s/])"
)
_WRAPPED = re.compile(r"[`\"'“”„«‹\[(<*]+(?=[^\s`])")
_CLOSED = re.compile(r"[`\"'“”»›\])>*]+(?=[.,;]?$)")
_END = re.compile(r"(?<=[\w`\"'”»)\]])(?:[.,;:!\\]+|\s*<br\s*/?>)$", re.IGNORECASE)


def peeling(sample: Sequence[str]) -> Callable[[str], str]:
    """A function that takes off what stands before and after the codes of most lines."""
    takers: list[Callable[[str], str]] = []
    lines = list(sample)
    for _ in range(4):
        taker = _taker(lines)
        if taker is None:
            break
        takers.append(taker)
        lines = list(map(taker, lines))

    def peel(line: str) -> str:
        line = line.strip()
        for taker in takers:
            line = taker(line)
        return line

    return peel


def _taker(lines: Sequence[str]) -> Callable[[str], str] | None:
    most = max(2, MOST * len(lines))
    for pattern in (_BOX, _MARK):
        if sum(bool(pattern.match(line)) for line in lines) >= most:
            return _without(pattern)
    if _numbered(lines, most):
        return _without(_NUMBER)
    labels = Counter(map(_label, lines))
    labels.pop("", None)
    if labels and labels.most_common(1)[0][1] >= most:
        label = labels.most_common(1)[0][0]
        return lambda line: line[found.end() :] if _label(line) == label and (found := _LABEL.match(line)) else line
    if sum(bool(_END.search(line)) for line in lines) >= most:
        return lambda line: _END.sub("", line)
    if sum(bool(_WRAPPED.match(line) and _CLOSED.search(line)) for line in lines) >= most:
        return unwrap
    return _link_taker(lines, most)


def _label(line: str) -> str:
    """The word before a colon that says what comes; SALE:ABC is a code with a colon in it, code:ABC is none."""
    found = _LABEL.match(line)
    if found is None or (found[2] and weight(found[2]) < 0.3):
        return ""
    return (found[1] or found[2]).casefold()


def _without(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda line: line[found.end() :].strip() if (found := pattern.match(line)) else line


def unwrap(line: str) -> str:
    """The line without quotes or brackets around all of it."""
    if not (_WRAPPED.match(line) and _CLOSED.search(line)):
        return line
    return _CLOSED.sub("", _WRAPPED.sub("", line, count=1), count=1).strip()


def _numbered(lines: Sequence[str], most: float) -> bool:
    """Numbers before the codes count up, so that 10-ABC and 25-DEF stay whole."""
    found = [match for line in lines if (match := _NUMBER.match(line))]
    if len(found) < most:
        return False
    numbers = [int(next(group for group in match.groups() if group)) for match in found]
    return sum(right - left == 1 for left, right in pairwise(numbers)) >= 0.7 * (len(numbers) - 1)


def _link_taker(lines: Sequence[str], most: float) -> Callable[[str], str] | None:
    """Of links that are alike up to the code, the code."""
    links = [line for line in lines if sort_of(line) is Sort.LINK and "://" in line]
    if len(links) < most or len(links) < 3:
        return None
    start, end = _common(links), _common([link[::-1] for link in links])[::-1]
    start = start[: max(map(start.rfind, "/=?&#:")) + 1]
    end = end[min((at for at in map(end.find, "/&?#") if at >= 0), default=len(end)) :]

    def take(line: str) -> str:
        return line[len(start) : len(line) - len(end)] if line.startswith(start) and line.endswith(end) else line

    inner = list(map(take, links))
    good = [value for value in inner if value and sort_of(value) in (Sort.CODE, Sort.CAPITALS, Sort.DIGITS, Sort.WORD)]
    return take if len(good) >= 0.9 * len(inner) and len(set(good)) > 0.5 * len(good) else None


def _common(values: Sequence[str]) -> str:
    low, high = min(values), max(values)
    return low[: next((at for at, (left, right) in enumerate(zip(low, high, strict=False)) if left != right), len(low))]
