"""`python -m tests.faults.hurried http`: the bot, but what a dead process held is given up within seconds."""

from __future__ import annotations

import sys

from bot.__main__ import main
from bot.store import cards as stored_cards
from bot.store import retention
from bot.work import cards, checks, housekeeping


def hurry() -> None:
    """Shortens every wait for a sign of life, all in the same measure."""
    stored_cards.CLAIM_S = cards.CLAIM_S = 6.0  # type: ignore[attr-defined]
    retention._SILENT_S, checks.ALIVE_EVERY_S = 6.0, 1.5
    housekeeping.EVERY_S = 2.0
    cards.POLL_S, cards.ABANDONED_S = 1.0, 3.0


if __name__ == "__main__":
    hurry()
    sys.exit(main())
