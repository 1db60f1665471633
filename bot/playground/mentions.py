"""Mentions, as a person types them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.stand_ins.slack.cast import User


def with_mentions(text: str, people: Iterable[User]) -> str:
    """The text with people's names after an @ as Slack's own composer sends them."""
    ids = {name.casefold(): user.id for user in people for name in (user.name, user.real_name)}
    longest_first = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)@({longest_first})\b", lambda found: f"<@{ids[found[1].casefold()]}>", text, flags=re.IGNORECASE
    )
