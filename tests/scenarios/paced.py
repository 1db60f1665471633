"""The bot as it is, but for cards that are edited as often as in the tests: states that pass in a second are seen."""

from __future__ import annotations

import sys

from bot.__main__ import main
from bot.work import cards

EDIT_EVERY_S = 0.2

if __name__ == "__main__":
    cards.EDIT_EVERY_S = EDIT_EVERY_S
    sys.exit(main())
