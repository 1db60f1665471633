"""What a bot writes down while everything fails: never a token, a secret or a code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import psycopg
import pytest
from sqlalchemy import create_engine, select, update

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import Message, StandInSlack
from bot.store.tables import batches, uploads
from tests.postgres import dump
from tests.serve.test_process import ROOT, answer, environment, shop, slack

__all__ = ["shop", "slack"]

SECRET_KEY = "the-key-that-seals-every-stored-code"
SIGNING_SECRET = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
PASSWORD = "sesame-open-for-nobody"
OTHER_TOKEN = "xapp-1-A0OTHER-1-0123456789abcdef"
FAULTS: dict[str, tuple[object, int | None]] = {
    "refuse_all": ("These codes are not right: KEEPME-refuse_all-0001", 1),
    "rate_limited": (1, 1),
    "forbidden": (True, 2),
    "gone": (True, 1),
    "html": (True, 2),
    "empty": (True, 1),
    "slow": (1.0, 1),
    "cut_before": (True, 1),
    "cut_after": (True, 1),
    "error_before": (True, 2),
    "error_after": (True, 1),
    "too_large": (10, 1),
    "down": (True, None),
}
DAMAGED = "damaged"
LISTS = ("spring-sale", "newsletter", "app-install", "win-back")


@asynccontextmanager
async def logged(mode: str, values: dict[str, str], out: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot …`, all it says in a file."""
    with out.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", mode), cwd=ROOT, env=values, stdout=file, stderr=file
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def codes(about: str) -> list[str]:
    """Codes that are found by their beginning, wherever they were written."""
    return [f"KEEPME-{about}-{number:04d}" for number in range(60)]


def written(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def found_in(files: dict[str, bytes], wanted: Iterable[str]) -> list[tuple[str, str]]:
    """Every file that has one of these in it, as text or as UTF-16."""
    spellings = {word: (word.encode(), word.encode("utf-16-le"), word.lower().encode()) for word in wanted}
    return [
        (name, word) for name, held in files.items() for word, ways in spellings.items() if any(w in held for w in ways)
    ]


async def dropped(slack: StandInSlack, name: str, about: str) -> Message:
    """The card of a file, once it tells how many codes there are."""
    parent = await slack.as_("U1").drop("C1", {name: "\n".join(codes(about)).encode()})
    await slack.until(lambda: "60 codes" in slack.thread("C1", parent.ts)[0].text, timeout=60)
    return slack.thread("C1", parent.ts)[0]


async def settle(slack: StandInSlack, card: Message) -> None:
    """Returns once a click has led to something, or after a moment."""
    before = card.text
    with suppress(AssertionError):
        await slack.until(lambda: card.text != before, timeout=0.6)


def damage(url: str, name: str) -> None:
    """Changes the stored batches of a file, as a fault of the disk would."""
    engine = create_engine(url.replace("postgres://", "postgresql+psycopg://"))
    wanted = select(uploads.c.id).where(uploads.c.file_name == name)
    with engine.begin() as connection:
        connection.execute(update(batches).where(batches.c.upload_id.in_(wanted)).values(payload=b"\x00\xff"))
    engine.dispose()


def lose(url: str) -> None:
    """Ends every connection to a Postgres database."""
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            ours = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")


async def everything_fails(slack: StandInSlack, shop: StandInPersonaClick, url: str) -> None:
    """Uploads that meet every fault of PersonaClick, Slack and the database."""
    names = {about: f"{LISTS[number % len(LISTS)]}-{number}.csv" for number, about in enumerate([*FAULTS, DAMAGED])}
    found = await asyncio.gather(*(dropped(slack, name, about) for about, name in names.items()))
    cards = dict(zip(names, found, strict=True))
    await asyncio.to_thread(damage, url, names[DAMAGED])
    for number, (about, card) in enumerate(cards.items()):
        value, calls = FAULTS.get(about, (None, None))
        if value is not None:
            await shop.fault(about, value, calls=calls)
        if number % 2:
            slack.fail("chat.update", status=(429, 500)[number % 4 // 2], retry_after=0)
        await slack.as_("U1").click(card, "upload_confirm")
        await settle(slack, card)
        if value is not None:
            await shop.fault(about, None)
        if about == "html":
            await asyncio.to_thread(lose, url)


async def misused(slack: StandInSlack, url: str) -> None:
    """Broken files, a download that is cut, a form Slack refuses, codes that are typed, and a request nobody signed."""
    anna = slack.as_("U1")
    slack.fail("download", cut=True)
    slack.fail("views.open", error="KEEPME-answered-0001")
    broken = {"x.xlsx": b"PK\x03\x04" + codes("broken")[0].encode(), "y.csv": b"\x00KEEPME-zeros-0001\xff"}
    for name, held in broken.items():
        await anna.drop("C1", {name: held})
    for typed in ("trace KEEPME-refuse_all-0001", "KEEPME-typed-0001", "upload KEEPME-form-0001"):
        await anna.command("C1", f"/promo {typed}")
    body = f"text=KEEPME-unsigned-0001&t={slack.bot_token}"
    async with aiohttp.ClientSession() as session, session.post(f"{url}/slack/events", data=body) as refused:
        assert refused.status == 401
    await asyncio.sleep(0.5)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_nothing_that_fails_writes_a_secret_down(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    """At DEBUG, with every fault during uploads, unsigned requests, damaged files and batches, a lost database, a kill
    -9 and a socket that is refused, neither the log nor the database, its journal or a temporary file has a secret or
    a code.
    """
    slack.delivery.signing_secret = SIGNING_SECRET
    values = environment(slack, shop, tmp_path) | {
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SECRET_KEY": SECRET_KEY,
        "PERSONACLICK_TIMEOUT_S": "0.4",
        "PERSONACLICK_SETTLE_S": "0.5",
        "PERSONACLICK_BATCH_SIZE": "40",
        "PERSONACLICK_REQUESTS_PER_MINUTE": "0",
        "LOG_FORMAT": "json",
        "TMPDIR": str(tmp_path),
    }
    if kind == "postgres":
        address = str(request.getfixturevalue("empty_postgres")).replace("postgresql+psycopg", "postgres")
        values["DATABASE_URL"] = address.replace("postgres@", f"postgres:{PASSWORD}@")
    url = f"http://127.0.0.1:{values['PORT']}"
    slack.connect_http(f"{url}/slack/events")
    async with logged("http", values, tmp_path / "log") as process, aiohttp.ClientSession() as session:
        await answer(session, f"{url}/readyz")
        await everything_fails(slack, shop, values["DATABASE_URL"])
        await misused(slack, url)
        process.kill()
    for token in (OTHER_TOKEN, slack.app_token):
        slack.fail("apps.connections.open", status=429, retry_after=0)
        async with logged("socket", values | {"SLACK_APP_TOKEN": token}, tmp_path / "log") as process:
            await (slack.sockets.connected(30) if token == slack.app_token else process.wait())
            await asyncio.sleep(0.3)
    log = (tmp_path / "log").read_text()
    assert '"kind": "' in log
    assert "connected to Slack" in log
    # The beginning that all codes share is shown, and kept, as a masked sample.
    words = [code for about in (*FAULTS, DAMAGED) for code in codes(about)]
    words += [f"KEEPME-{about}-0001" for about in ("broken", "zeros", "typed", "unsigned", "form")]
    words += [slack.bot_token, slack.app_token, OTHER_TOKEN, SIGNING_SECRET, shop.shop_secret, SECRET_KEY, PASSWORD]
    files = written(tmp_path)
    if kind == "postgres":
        files["dump"] = await asyncio.to_thread(dump, values["DATABASE_URL"])
    assert found_in(files, words) == []
    shown = "\n".join(message.text for message in slack.messages("C1"))
    assert "KEEPME-refuse_all-0002" not in shown
