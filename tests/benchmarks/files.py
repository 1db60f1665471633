"""Checks of files against the least they could cost: `python -m tests.benchmarks.files`.

CSV: bytes to finished check (validated, duplicates, fingerprints, batches packed) in the child's own code, against
`csv.reader` and `dict.fromkeys`. XLSX: the same against bare python-calamine. Peak memory: of a child process.
"""

from __future__ import annotations

import asyncio
import csv
import io
import random
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable

from python_calamine import CalamineWorkbook

from bot.files.check import begin
from bot.files.checker import Checker
from bot.files.result import batches, finish
from bot.promo.findings import Hit, Options
from bot.promo.fingerprints import fingerprints

KEY = b"k" * 32
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# Small files are checked more often, as what else the machine does shows more there.
ROUNDS, ENOUGH_CODES = 3, 500_000


def codes(count: int) -> list[str]:
    """So many codes, all different."""
    chance = random.Random(count)
    return [f"SPRING-{''.join(chance.choices(LETTERS, k=6))}{number:07d}" for number in range(count)]


def floor(content: bytes) -> int:
    """The least a check could do."""
    return len(dict.fromkeys(row[0] for row in csv.reader(io.StringIO(content.decode()))))


def whole(content: bytes, name: str) -> int:
    """The whole check."""
    check = begin(content, name, Options(), max_codes=2_000_000, unpacked_at_most=1 << 30)
    fingerprints(KEY, check.codes)
    finish(check, [], "")
    return sum(count for count, _ in batches(check, 5000))


def seconds(work: Callable[[], object], count: int) -> float:
    """How long it takes with so many codes, the median of some rounds."""
    taken = []
    for _ in range(max(ROUNDS, ENOUGH_CODES // count)):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def workbook(values: list[str]) -> bytes:
    """A small XLSX of inline strings."""
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{value}</t></is></c></row>' for n, value in enumerate(values, 1)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{package}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<?xml version="1.0"?><workbook '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{office}"><sheets><sheet name="Codes" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{head}{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


async def child(count: int) -> float:
    """Seconds of a check in a child process, as the bot does it; this process stays small meanwhile."""

    async def nothing(_: bytes) -> list[Hit]:
        return []

    checker = Checker(fingerprint_key=KEY, max_codes=2_000_000, max_file_mb=50, batch_size=5000)
    with tempfile.TemporaryFile() as source:
        for number in range(count):
            source.write(b"SPRING-%013d\n" % (number * 7919))
        source.seek(0)
        started = time.perf_counter()
        async with checker.check(source, "codes.csv", Options(), "", nothing) as result:
            async for _ in result.batches():
                continue
        return time.perf_counter() - started


def main() -> int:
    """Prints each figure."""
    took = asyncio.run(child(1_000_000))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"1,000,000 codes in a child process: {took:.2f} s from bytes to batches in the bot, peak {peak:.0f} MB")
    per_code = {}
    for count in (10_000, 100_000, 1_000_000):
        content = ("code\n" + "\n".join(codes(count)) + "\n").encode()
        least = seconds(lambda: floor(content), count)  # noqa: B023
        took = seconds(lambda: whole(content, "codes.csv"), count)  # noqa: B023
        per_code[count] = took / count
        print(f"CSV {count:>9,} codes: {took:6.2f} s, floor {least:5.2f} s, ratio {took / least:4.2f}")
    print(f"cost per code, 1,000,000 against 10,000: {per_code[1_000_000] / per_code[10_000]:4.2f}")
    book = workbook(["code", *codes(100_000)])
    bare = seconds(lambda: CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python(), 100_000)
    took = seconds(lambda: whole(book, "codes.xlsx"), 100_000)
    print(f"XLSX  100,000 rows: {took:6.2f} s, bare python-calamine {bare:5.2f} s, ratio {took / bare:4.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
