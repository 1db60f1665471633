"""What every card is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks.kit import Block, Line


@dataclass(frozen=True, slots=True)
class Card:
    """A title, lines of text, a select, buttons, and small print."""

    title: str
    lines: Sequence[Line]
    choose: Block | None = None
    buttons: Sequence[Block] = ()
    small: Sequence[Line] = ()
