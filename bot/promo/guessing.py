"""Whether codes can be guessed: codes that count up, or so many of so short a build that trying pays.

The arithmetic. A code is a beginning and an end that all share, and between them `length` letters or digits that
differ, each of `alphabet` kinds (10 digits, 26 letters of one case, 36 of both). There are `alphabet ** length` such
codes. Of `codes` live ones a blind guess hits once in `alphabet ** length / codes` times: with 10,000 codes of
6 digits, 1,000,000 / 10,000 = one guess in 100. Who tries a code a second has the first within two minutes.

Eight characters and more that do not count up are never told: 8 letters and digits make 2,821,109,907,456 codes, so
that with 1,000,000 live ones a guess hits once in 2,821,109.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import sub

# Fewer codes prove nothing.
_FEWEST = 5
# So many codes tell how all are made; so many, one after another, whether they count up.
_SAMPLE = 500
_FIRST = 1_500
# Told when a guess hits more often than once in so many; and never for codes that differ in so many characters.
_RARE = 10_000
_LONG = 8
# This share of the steps from code to code is the same where codes count up; this share of all numbers between the
# least and the greatest is a code.
_SAME_STEP = 0.9
_DENSE = 0.5


@dataclass(frozen=True, slots=True)
class Guessable:
    """How codes are guessed: each is another plus `step` (0 when they do not count up), or one of few of their build.

    `length` characters differ, `whole` says that nothing else is in a code; `alphabet` is how many kinds of characters
    there are; a blind guess hits a live code once in `one_in` times.
    """

    codes: int
    length: int
    alphabet: int
    whole: bool
    step: int = 0

    @property
    def one_in(self) -> int:
        """Of how many blind guesses one hits."""
        possible: int = self.alphabet**self.length
        return max(1, possible // self.codes)


def guessable(codes: Sequence[str]) -> Guessable | None:
    """Why codes can be guessed; None when they cannot, or are too few to tell."""
    if len(codes) < _FEWEST:
        return None
    sample = codes[:: max(1, len(codes) // _SAMPLE)]
    start = _shared_start(sample)
    end = _shared_start([code[start:][::-1] for code in sample])
    middles = [code[start : len(code) - end] for code in sample]
    length = max(map(len, _letters_and_digits(middles)))
    if not length:
        return None
    found = Guessable(len(codes), length, _alphabet(middles), whole=not start and not end)
    if step := _step([code[start : len(code) - end] for code in codes[:_FIRST]]):
        return Guessable(found.codes, length, found.alphabet, found.whole, step)
    return found if length < _LONG and found.alphabet**length < _RARE * len(codes) else None


def _shared_start(codes: Sequence[str]) -> int:
    """How many first characters all codes share; digits at their end belong to the numbers that follow."""
    # What the least and the greatest share, all between them share.
    pairs = zip(min(codes), max(codes), strict=False)
    return len("".join(left for left, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)).rstrip(string.digits))


def _letters_and_digits(middles: Sequence[str]) -> Sequence[str]:
    if "".join(middles).isalnum():
        return middles
    return ["".join(filter(str.isalnum, middle)) for middle in middles]


def _alphabet(middles: Sequence[str]) -> int:
    """How many kinds of characters stand in the differing part: whole sorts of them, as nobody knows which are left
    out."""
    signs = set("".join(middles))
    sorts = (string.digits, string.ascii_uppercase, string.ascii_lowercase)
    others = signs - set("".join(sorts))
    # Signs at fixed places, as in AB-12, make no code harder to guess.
    return max(1, sum(len(sort) for sort in sorts if signs & set(sort)) + sum(not sign.isascii() for sign in others))


def _step(middles: Sequence[str]) -> int:
    """By how much codes count up, in file order or in any; 0 when they do not."""
    numbers = _numbers(middles)
    if len(numbers) < _FEWEST:
        return 0
    numbers = sorted(set(numbers))
    steps: Counter[int] = Counter(map(sub, numbers[1:], numbers))
    if not steps:
        return 0
    step, count = steps.most_common(1)[0]
    if count >= _SAME_STEP * steps.total():
        return step
    return 1 if len(numbers) >= _DENSE * (numbers[-1] - numbers[0] + 1) else 0


def _numbers(middles: Sequence[str]) -> list[int]:
    """The differing parts as numbers; letters and digits of one length count in base 36, as A8, A9, AA do."""
    if all(map(str.isdecimal, middles)):
        return [int(middle) for middle in middles if len(middle) <= 40]
    if len({len(middle) for middle in middles}) == 1 and len(middles[0]) <= 40:
        plain = [middle.replace("-", "") for middle in middles]
        if all(plain) and (joined := "".join(plain)).isascii() and joined.isalnum():
            return [int(middle, 36) for middle in plain]
    return []
