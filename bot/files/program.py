"""Lists of strings as programs write them: Python, JavaScript, PHP, SQL."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"'([^'\n]{1,100})'|\"([^\"\n]{1,100})\"")
_PROGRAM = re.compile(
    r"[\s\[\](){},;=:]|\b(?:insert|into|values|select|from|where|in|codes?|const|var|let|array|new|list|tuple|set|return|null|"
    r"promo_?codes?|coupons?|vouchers?|[a-z_]{1,30}(?=\s*=\s*[\[(]))\b",
    re.IGNORECASE,
)


def listed(text: str) -> list[str] | None:
    """The strings of a list as Python, JavaScript, PHP or SQL write it; None for any other text."""
    start = text[:20_000].strip()
    if not re.match(
        r"[\[({]|[\w.\s]{1,60}=\s*[\[({]|\$\w+\s*=|(?:insert|select|const|let|var)\b|\(?['\"][^'\"]+['\"],",
        start,
        re.IGNORECASE,
    ):
        return None
    found = _QUOTED.findall(start)
    around = _PROGRAM.sub("", _QUOTED.sub("", start))
    if len(found) < 2 or len(around) > 0.1 * len(start) or not re.match(r"[\[({]|\w+[^'\"]*[\[({=]", start):
        return None
    return [left or right for left, right in _QUOTED.findall(text)]
