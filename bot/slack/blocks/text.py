"""Foreign text without what nobody sees, and typed words as an answer repeats them."""

from __future__ import annotations

import re
from typing import Any

from bot.promo.codes import mask

# Controls but for tab and line break, signs without width or that turn the reading direction, fillers and tags,
# halves of a surrogate pair; a joiner stays where it holds an emoji together.
# https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)
# Six signs or more, with letters and digits, or capitals with a hyphen between them.
_CODE = re.compile(r"(?=\S*[^\W\d_])(?=\S*\d)\S{6,}|(?=\S{6})[^\W\d_a-z]{2,}-[^\s\Wa-z]\S*")
# Answers do not repeat pages of what was typed.
_REPEATED = 100


# What no database keeps: JSON can name halves of a surrogate pair, and Postgres takes no zero.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value: Any) -> Any:
    """A JSON value in whose texts the sign for an unknown character stands for what no database keeps."""
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value) if _UNSTORABLE.search(value) else value
        case dict():
            return {storable(key): storable(part) for key, part in value.items()}
        case list():
            return [storable(part) for part in value]
    return value


def clean(text: str) -> str:
    """The text without direction and zero-width signs, controls and halves of characters."""
    return _UNSEEN.sub("", text) if _UNSEEN.search(text) else text


def codes_in(words: str) -> bool:
    """Whether one of the typed words may be a promo code."""
    return any(_CODE.fullmatch(word) for word in words.split())


def repeated(words: str, length: int = _REPEATED) -> str:
    """Typed words as an answer repeats them: what may be a code is masked, and what is too long is cut."""
    shown = " ".join(mask(word) if _CODE.fullmatch(word) else word for word in words.split())
    return shown if len(shown) <= length else shown[: length - 1] + "…"
