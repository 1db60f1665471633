"""The memory of a bot on a Heroku dyno of 512 MB: `python -m tests.benchmarks.dyno`.

The real program with DYNO set, on a fresh Postgres database, is given the worst files its defaults allow, one after
another: what it and its child process hold together at the peak of each, in MB, is printed, and what the card said.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.settings.dyno import MOST_CODES
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.stand_ins.slack.workspace import Message
from tests.benchmarks.whole import peak_while, resident_mb
from tests.environment import between
from tests.faults.bots import Bots
from tests.faults.databases import Databases

BAR_MB = 450
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def codes(count: int) -> list[str]:
    """Codes of 18 characters."""
    return [f"SPRING-{n * 7919 % 10**11:011d}" for n in range(count)]


def csv(count: int) -> bytes:
    """One code a line."""
    return "\n".join(["code", *codes(count)]).encode()


def wide(count: int) -> bytes:
    """Ten more columns beside the code."""
    beside = ",".join(f"value {n}" for n in range(10))
    return "\n".join([f"code,{beside}", *(f"{code},{beside}" for code in codes(count))]).encode()


def objects(count: int) -> bytes:
    """JSON objects with a code each."""
    return json.dumps([{"code": code, "list": "spring", "value": 10, "used": False} for code in codes(count)]).encode()


def table(count: int) -> bytes:
    """An HTML table."""
    return "".join(["<table>", *(f"<tr><td>{code}</td></tr>\n" for code in codes(count)), "</table>"]).encode()


def packed(parts: dict[str, bytes]) -> bytes:
    """A ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def workbook(count: int) -> bytes:
    """An XLSX workbook of one sheet."""
    rows = "".join(f'<row><c t="inlineStr"><is><t>{code}</t></is></c></row>' for code in codes(count))
    sheets = f'<sheets><sheet name="S" sheetId="1" r:id="r1" xmlns:r="{_OFFICE}"/></sheets>'
    relation = (
        '<Relationships xmlns="{}/relationships"><Relationship Id="r1" Type="{}/{}" Target="{}"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": relation.format(_PACKAGE, _OFFICE, "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": relation.format(_PACKAGE, _OFFICE, "worksheet", "worksheets/s.xml"),
        "xl/worksheets/s.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>',
    }
    return packed({name: content.encode() for name, content in parts.items()})


FILES: dict[str, Callable[[], bytes]] = {
    "spring-sale.csv": lambda: csv(MOST_CODES),
    "the same again.csv": lambda: csv(MOST_CODES),
    "as many codes as are allowed.xlsx": lambda: workbook(MOST_CODES),
    "in a ZIP.zip": lambda: packed({"codes.csv": csv(MOST_CODES)}),
    "promo codes.html": lambda: table(MOST_CODES),
    "objects of 20 MB.json": lambda: objects(270_000),
    "objects of 50 MB.json": lambda: objects(660_000),
    "wide codes of 50 MB.csv": lambda: wide(440_000),
    "too many codes.csv": lambda: csv(2 * MOST_CODES),
}


async def checked(slack: StandInSlack, name: str, content: bytes) -> Message:
    """The card of a dropped file, once its check has ended."""
    parent = await slack.as_("U1").drop("C1", {name: content})
    card = await slack.until(lambda: slack.thread("C1", parent.ts)[0], timeout=120)
    ends = ("ready to upload", "No code to upload", "Not loaded")
    await slack.until(lambda: any(words in card.text for words in ends), timeout=120)
    return card


async def loaded(slack: StandInSlack, name: str, content: bytes, said: list[str]) -> None:
    """Drops a file, and uploads what is the first of its kind."""
    card = await checked(slack, name, content)
    if name == next(iter(FILES)):
        await slack.as_("U1").click(card, "upload_confirm")
        await slack.until(lambda: "Done" in card.text, timeout=600)
    said.append(" | ".join(card.text.splitlines()[:2]))


async def main() -> int:
    """All files; 1 when one takes more than the bar."""
    worst = 0.0
    slack, shop = StandInSlack(), StandInPersonaClick(unique=False)
    await slack.start()
    await shop.start()
    with tempfile.TemporaryDirectory() as folder:
        databases = await asyncio.to_thread(Databases, folder)
        settings = between(
            slack,
            shop,
            DYNO="web.1",
            PERSONACLICK_REQUESTS_PER_MINUTE="0",
            DATABASE_URL=await asyncio.to_thread(databases.make, 2),
            SECRET_KEY="k" * 32,
            LOG_LEVEL="WARNING",
        )
        bots = Bots(slack, settings, "bot", Path(folder) / "log")
        await bots.launch()
        await asyncio.sleep(2)
        process = bots.processes[0]
        print(f"idle: {resident_mb(process):.0f} MB", flush=True)
        for name, make in FILES.items():
            said: list[str] = []
            peak = await peak_while(process, asyncio.create_task(loaded(slack, name, make(), said)))
            worst = max(worst, peak)
            print(f"{name}: {peak:.0f} MB. {said[0]}", flush=True)
        with suppress(TimeoutError):
            await bots.stop()
        await bots.end()
        await asyncio.to_thread(databases.drop)
    await slack.stop()
    await shop.stop()
    return int(worst > BAR_MB)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
