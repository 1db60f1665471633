"""What the counts mean: a list's page and the report of an upload say it in the same words."""

from __future__ import annotations

from typing import Final

AVAILABLE_MEANS: Final = "Available means codes not handed out yet; a visitor holds one code until it is used."
