"""A Heroku dyno of 512 MB, and what fits it: `python -m tests.benchmarks.dyno` measures that."""

from __future__ import annotations

import os

# The codes of one file, and what its check may take beside the bot; one check at a time.
MOST_CODES = 1_000_000
CHECK_MB = 320
_ENOUGH_MB = 1000


def is_small() -> bool:
    """Whether this is a dyno with less than 1 GB. Heroku's Python buildpack sets DYNO_RAM."""
    ram = os.environ.get("DYNO_RAM", "")
    return "DYNO" in os.environ and (int(ram) if ram.isdecimal() else 0) < _ENOUGH_MB
