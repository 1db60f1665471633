"""Codes somebody asks about: found in what was typed or pasted, in every spelling they may have been loaded in."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\s,;|]+")
# What people put around a code, or Slack before it.
_AROUND = "\"'`´“”„«»‘’‚‹›()[]{}<>.,:;!?•*"
_SHORTEST_IN_CAPITALS = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a code came from: upload `ref` sent it, and took it back if `taken_back`."""

    ref: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Traced:
    """One code that was asked about, as it is written here; no origins where the bot never loaded it."""

    code: str
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceNote:
    """Somebody asked about so many codes; which ones is written down nowhere. `at` in epoch seconds."""

    at: float
    user: str
    codes: int


def spellings(text: str) -> list[str]:
    """Everything in `text` that may be a code, each once: to be looked up."""
    return list(
        dict.fromkeys(form for line in _lines(text) for whole in (line, *_words(line)) for form in _forms(whole))
    )


def traced(text: str, known: Collection[str]) -> list[Traced]:
    """The codes asked about in `text`, in their order, each once; those of `known` in the spelling known.

    A line that is a known code with spaces in it is one code. Words of a sentence around the codes are none: where a
    text has words with digits or in capitals, its other words count only when they are known.
    """
    found = [Traced(code) for line in _lines(text) for code in _codes(line, known)]
    telling = [one for one in found if one.code in known or _looks_like_a_code(one.code)]
    return list(dict.fromkeys(telling or found))


def _codes(line: str, known: Collection[str]) -> Iterator[str]:
    words = _words(line)
    if len(words) != 1 and (whole := _known(line, known)):
        yield whole
        return
    for word in words:
        yield _known(word, known) or word.strip(_AROUND) or word


def _known(text: str, known: Collection[str]) -> str:
    return next((form for form in _forms(text) if form in known), "")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(line: str) -> Sequence[str]:
    return [word for word in _BETWEEN.split(line) if word.strip(_AROUND)]


def _forms(text: str) -> list[str]:
    """As it stands, without what is around it, with Slack's escapes undone, and in one case of letters."""
    plain = html.unescape(text)
    inner = plain.strip(_AROUND)
    forms = (text, plain, inner, inner.upper(), inner.lower())
    return [form for form in dict.fromkeys(forms) if form]


def _looks_like_a_code(word: str) -> bool:
    return any(sign.isdigit() for sign in word) or (len(word) >= _SHORTEST_IN_CAPITALS and word.isupper())
