"""Calibration of how files are read: `python -m tests.benchmarks.cases --cases DIR`.

DIR holds `cases.json` (a list of file, codes, and perhaps refused_in_plain_words) and the folder `files`. Prints what
becomes of each file: right (these codes and no others, unasked), asked, told (others, but the card says so), silently
wrong, or silence (no card at all), and how many there are of each.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import FileError, NotCodes
from bot.files.check import begin
from bot.files.result import finish
from bot.promo.findings import Checked, Fate, Options

VERDICTS = ("right", "asked", "told", "SILENTLY WRONG", "SILENCE", "CRASH")


@dataclass(frozen=True, slots=True)
class Case:
    """A file, the codes a careful colleague would load from it, and whether plain words of refusal are as good."""

    file: str
    codes: tuple[str, ...]
    refused: bool = False


def cases_of(folder: Path) -> list[Case]:
    """The cases of a folder."""
    found = json.loads((folder / "cases.json").read_text())
    return [Case(one["file"], tuple(one["codes"]), bool(one.get("refused_in_plain_words"))) for one in found]


def verdict(case: Case, content: bytes) -> tuple[str, str]:
    """What becomes of the file, and why."""
    try:
        check = begin(content, case.file, Options(), max_codes=2_000_000, unpacked_at_most=1 << 30)
        checked = finish(check, [], "")
    except NotCodes:
        return "SILENCE", ""
    except FileError as error:
        return ("right" if case.refused or not case.codes else "told"), repr(error)
    except Exception as error:
        return "CRASH", repr(error)
    return _compared(case, check.codes, checked)


def _compared(case: Case, codes: Sequence[str], checked: Checked) -> tuple[str, str]:
    why = _told(checked)
    wrong, missing = sorted(set(codes) - set(case.codes)), sorted(set(case.codes) - set(codes))
    more = f"{why} +{wrong[:4]} -{missing[:4]} of {checked.codes}"
    if checked.layout.asks:
        return "asked", more
    if not wrong and not missing:
        return "right", why
    told_of = not checked.layout.sure or any(one.fate is not Fate.CLEANED for one in checked.findings)
    if case.refused:
        return ("right" if told_of else "SILENTLY WRONG"), more
    # What is taken that should not be counts as told only where the card doubts it.
    doubted = not checked.layout.sure or any(one.fate is Fate.KEPT for one in checked.findings)
    return ("told" if (doubted if wrong else told_of) else "SILENTLY WRONG"), more


def _told(checked: Checked) -> str:
    said = [f"{one.count} {one.kind} {one.fate}" for one in checked.findings]
    return ", ".join([*([] if checked.layout.sure else ["unsure"]), *said])


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 1 when anything is silently wrong, met with silence, or crashes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, required=True, help="the folder with cases.json and files/")
    parser.add_argument("--all", action="store_true", help="print what is right, too")
    asked = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    for case in cases_of(asked.cases):
        judged, why = verdict(case, (asked.cases / "files" / case.file).read_bytes())
        counts[judged] += 1
        if judged != "right" or asked.all:
            print(f"{judged:15} {case.file:45} {why}")
    total = sum(counts.values())
    print(f"{datetime.date.today()}: " + ", ".join(f"{counts[one]} {one}" for one in VERDICTS), f"of {total}")
    return 1 if any(counts[one] for one in VERDICTS[3:]) else 0


if __name__ == "__main__":
    sys.exit(main())
