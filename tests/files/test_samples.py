"""Real files, made by real programs, each with what a person should learn of it. See `tests/data/make_files.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.files.checker import Checker
from bot.files.encodings import CHOICES
from bot.files.formats.cells import Display, Shown, display
from bot.promo.codes import mask, unpack
from bot.promo.findings import Candidate, Checked, Column, Fate, Finding, Hit, Kind, Layout, Options, Part
from bot.promo.guessing import guessable
from bot.promo.shapes import makes_of, shape_of
from tests.data.make_files import CODES, FILES


def column(index: int, title: str, *samples: str) -> Column:
    """A column with its first, middle and last sample."""
    return Column(index, title, samples[0], samples)


CODE = column(0, "Promo code", "SPR••••••••19", "SPR••••••••28", "SPR••••••••91")
NOTE = column(1, "Note", "s••••g", "s••••g", "s••••g")
WHOLE: dict[str, Any] = {"column": CODE, "columns": (CODE, NOTE)}
UNPACKED = re.compile(r"\.(?:gz|bz2|xz)$")
DAMAGED = CODES[:10]


def left_out(kind: Kind, *rows: int) -> Finding:
    """Rows that will not be uploaded."""
    return Finding(kind, Fate.LEFT_OUT, len(rows), rows)


def cleaned(kind: Kind, *rows: int) -> Finding:
    """Rows that were tidied."""
    return Finding(kind, Fate.CLEANED, len(rows), rows)


def layout(format: str, encoding: str = "", **more: Any) -> Layout:  # noqa: A002 - the field's own name
    """How a sample is read: with a header, surely, unless said otherwise."""
    return Layout(format, encoding, **{"header": 1, **more})


GERMAN = (column(0, "Gutscheincode", *["Ä•••••Ü"] * 3), column(1, "Käufer", *["J••••n"] * 3))
RECORD = (column(0, "id", "•", "••", "••"), column(1, "code", *CODE.samples))
PARTLY_HIDDEN = (
    column(0, "Old code", "WI•••••••9", "WI•••••••8", "WI•••••••1"),
    column(1, "Code", *CODE.samples),
    column(2, "Status", *["f•••"] * 3),
)
NUMBERED = (column(0, "No", "•", "••", "••"), column(1, "Voucher", *CODE.samples))
IN_REPORT = (*NUMBERED, column(2, "Valid until", "20•••••••0", "20•••••••0", "20•••••••0"))
REPORT: dict[str, Any] = {
    "header": 3,
    "sheets": ("Codes", "Last year"),
    "column": IN_REPORT[1],
    "columns": IN_REPORT,
}
RUSSIAN = (
    column(0, "промокод", *CODE.samples),
    column(1, "имя", "Кли•••••••• 0", "Кли••••••••15", "Кли••••••••29"),
)
IN_ZIP = (
    Candidate("first.csv", "", 0, "", ("SPR••••••••19", "SPR••••••••14", "SPR••••••••82")),
    Candidate("second.txt", "", 0, "", ("SPR••••••••28", "SPR••••••••23", "SPR••••••••91")),
)
# What spreadsheets do to codes, as each of their formats tells it.
IN_CELLS = (
    left_out(Kind.SCIENTIFIC, 12),
    left_out(Kind.ROUNDED, 13),
    left_out(Kind.DATE, 15),
    left_out(Kind.CELL_ERROR, 17),
    left_out(Kind.FORMULA, 18),
    left_out(Kind.LENGTH, 16),
    left_out(Kind.ZEROS_PROVEN, 14),
)

EXPECTED: dict[str, tuple[list[str], Layout, tuple[Finding, ...]]] = {
    "plain.csv": (CODES, layout("csv", "utf-8"), ()),
    "bom.csv": (CODES, layout("csv", "utf-8"), ()),
    "utf-16.csv": (CODES, layout("csv", "utf-16"), ()),
    "codes.txt": (CODES, layout("txt", "utf-8", header=0), ()),
    "commas.txt": (CODES, layout("txt", "utf-8", header=0), ()),
    "windows-1251.csv": (
        CODES,
        layout("csv", "cp1251", column=RUSSIAN[0], columns=RUSSIAN, encodings=CHOICES),
        (),
    ),
    "ms-dos.csv": (
        [f"ÄÖ{code[-4:]}Ü" for code in CODES],
        layout("csv", "cp850", column=GERMAN[0], columns=GERMAN, encodings=CHOICES, sure=False),
        (),
    ),
    **{f"plain.{kind}": (CODES, layout("csv", "utf-8"), ()) for kind in ("csv.bz2", "csv.xz", "tgz")},
    **{f"plain.{kind}": (CODES, layout(kind, "utf-8", **WHOLE), ()) for kind in ("dif", "html")},
    "plain.slk": (CODES, layout("sylk", "utf-8", **WHOLE), ()),
    **{f"plain.{kind}": (CODES, layout(kind, sheet="Codes", **WHOLE), ()) for kind in ("fods", "xml")},
    "records.xml": (CODES, layout("xml", column=RECORD[1], columns=RECORD), ()),
    **{
        f"hidden.{kind}": (
            [code for number, code in enumerate(CODES, 1) if number not in (2, 4, 6)],
            layout(kind, sheet="Codes", column=PARTLY_HIDDEN[1], columns=PARTLY_HIDDEN),
            (left_out(Kind.HIDDEN, 3, 5), left_out(Kind.STRUCK, 7)),
        )
        for kind in ("xlsx", "xls", "ods", "fods")
    },
    "strings.json": (CODES, layout("json", "utf-8", header=0), ()),
    "objects.json": (
        CODES,
        layout(
            "json",
            "utf-8",
            column=column(1, "code", *CODE.samples),
            columns=(column(0, "id", *NUMBERED[0].samples), column(1, "code", *CODE.samples)),
        ),
        (),
    ),
    "plain.csv.gz": (CODES, layout("csv", "utf-8"), ()),
    "plain.xlsx": (CODES, layout("xlsx", sheet="Codes", **WHOLE), ()),
    "plain.xls": (CODES, layout("xls", sheet="Codes", **WHOLE), ()),
    "plain.ods": (CODES, layout("ods", sheet="Codes", **WHOLE), ()),
    "two-sheets.xlsx": (
        CODES,
        layout("xlsx", sheet="Codes", sheets=("Plan", "Codes"), column=NUMBERED[1], columns=NUMBERED),
        (),
    ),
    "report.xlsx": (CODES, layout("xlsx", sheet="Codes", **REPORT), ()),
    "report.ods": (CODES, layout("ods", sheet="Codes", **REPORT), ()),
    **{f"damaged.{kind}": (DAMAGED, layout(kind, sheet="Codes"), IN_CELLS) for kind in ("xlsx", "xls", "ods")},
    **{f"zeros.{kind}": ([], layout(kind, sheet="Codes"), ()) for kind in ("xlsx", "xls", "ods")},
    **{f"formatted.{kind}": ([], layout(kind, sheet="Codes"), ()) for kind in ("xlsx", "xls", "ods")},
    "two.zip": (CODES, layout("csv", "utf-8", header=0, candidates=IN_ZIP), ()),
    "untidy.csv": (
        [*CODES[:5], CODES[5].lower(), CODES[5], "SPRING 006X1"],
        layout("csv", "utf-8"),
        (
            cleaned(Kind.SPACES, 2, 5),
            cleaned(Kind.INVISIBLE, 4),
            cleaned(Kind.EMPTY, 6),
            left_out(Kind.REPEATED, 8),
            left_out(Kind.SCIENTIFIC, 13),
            left_out(Kind.DATE, 14),
            left_out(Kind.CELL_ERROR, 15),
            left_out(Kind.FORMULA, 16),
            Finding(Kind.CASE_REPEATED, Fate.KEPT, 1, (10,)),
            Finding(Kind.INNER_SPACE, Fate.KEPT, 1, (11,)),
            left_out(Kind.LOOKALIKE, 12),
        ),
    ),
}


async def nothing_known(_: bytes) -> list[Hit]:
    """Nothing was loaded before."""
    return []


async def check(path: Path, options: Options | None = None) -> tuple[list[str], Checked]:
    """The codes of a sample, and what was found, through a real child process."""
    checker = Checker(fingerprint_key=b"k" * 32, max_codes=10_000, max_file_mb=50, batch_size=7)
    codes: list[str] = []
    with path.open("rb") as source:
        async with checker.check(source, path.name, options or Options(), "", nothing_known) as result:
            async for count, packed in result.batches():
                batch, _ = unpack(packed)
                assert len(batch) == count <= 7
                codes += batch
    return codes, result.checked


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_sample(name: str) -> None:
    """Each sample gives exactly these codes, read this way, with these findings."""
    codes, checked = await check(FILES / name)
    expected, how, findings = EXPECTED[name]
    assert codes == expected
    parts = (
        checked.parts
        if name == "two.zip"
        else (Part(UNPACKED.sub("", name).replace(".tgz", ".csv"), 0, len(expected)),)
    )
    rows_found = sum(one.count for one in findings if one.fate is not Fate.KEPT)
    tidied = sum(one.count for one in findings if one.fate is Fate.CLEANED and one.kind is not Kind.EMPTY)
    if name.startswith(("zeros", "formatted")):
        kind = Kind.ZEROS_PROVEN if name.startswith("zeros") else Kind.FORMATTED
        findings = (Finding(kind, Fate.LEFT_OUT, 10, (2, 3, 4, 5, 6)),)
        rows_found = 10
    assert checked == Checked(
        codes=len(expected),
        rows=len(expected) + rows_found - tidied,
        parts=parts,
        findings=findings,
        samples=tuple(map(mask, (expected[0], expected[len(expected) // 2], expected[-1]))) if expected else (),
        layout=how,
        shape=shape_of(expected),
        digest=checked.digest,
        reported=sum(one.count for one in findings if one.fate is Fate.LEFT_OUT),
        makes=makes_of(expected),
        guessable=guessable(expected),
    )


async def test_every_sample_is_expected() -> None:
    """No sample lies about without a test."""
    assert {path.name for path in FILES.iterdir()} == {*EXPECTED}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
async def test_proven_zeros_are_put_back_on_request(kind: str) -> None:
    """Where the cell format shows eight digits, the repair gives eight digits."""
    codes, checked = await check(FILES / f"zeros.{kind}", Options(repair=True))
    assert codes == [f"{n * 1237 % 10**7:08d}" for n in range(1, 11)]
    assert checked.findings == (Finding(Kind.ZEROS_PROVEN, Fate.REPAIRED, 10, (2, 3, 4, 5, 6)),)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", 0),
        ("0", 0),
        ("0000", 4),
        ("0000;-0000", 4),
        ("0.00E+00", Shown.SCIENTIFIC),
        ('"SALE-"0000', Shown.OTHERWISE),
        ("000-000-000", Shown.OTHERWISE),
        ("(000) 000", Shown.OTHERWISE),
        ("\\A0000;@", Shown.OTHERWISE),
        ("#,##0", 0),
        ("0.00", 0),
        ("0%", 0),
        ("yyyy-mm-dd", 0),
        ('"all"', 0),
    ],
)
def test_what_a_number_format_proves(code: str, shown: Display) -> None:
    """Zeros alone prove a width; words and signs among them show something else than the number."""
    assert display(code) == shown


async def test_another_sheet_can_be_chosen() -> None:
    """A person's choice of sheet and column beats the evidence."""
    path = FILES / "two-sheets.xlsx"
    codes, _ = await check(path, Options(sheet="Codes", column=1, header=False, keep=frozenset({Kind.LENGTH})))
    assert codes == ["Voucher", *CODES]
    _, checked = await check(path, Options(sheet="Codes"))
    assert (checked.layout.sheets, checked.layout.sure) == (("Plan", "Codes"), True)


def test_samples_are_small() -> None:
    """The samples stay small enough to be read by people and cloned by machines."""
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 1024 * 1024
