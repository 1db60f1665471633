"""What a bot writes down while everything fails: never a token, a secret or a code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from tests.serve.test_process import ROOT, answer, environment, shop, slack

__all__ = ["shop", "slack"]

SECRET_KEY = "the-key-that-seals-every-stored-code"
SIGNING_SECRET = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
FAULTS: dict[str, tuple[object, int | None]] = {
    "refuse_all": ("These codes are not right: KEEPME-refuse_all-0001", 1),
    "forbidden": (True, 2),
    "html": (True, 2),
    "cut_after": (True, 1),
    "error_before": (True, 2),
    "down": (True, None),
}


@asynccontextmanager
async def logged(values: dict[str, str], out: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot http`, all it says in a file."""
    with out.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "http"), cwd=ROOT, env=values, stdout=file, stderr=file
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


def found_in(folder: Path, wanted: Iterable[str]) -> list[tuple[str, str]]:
    """Every file below the folder that has one of these in it, as text or as UTF-16."""
    files = {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    spellings = {word: (word.encode(), word.encode("utf-16-le"), word.lower().encode()) for word in wanted}
    return [
        (name, word) for name, held in files.items() for word, ways in spellings.items() if any(w in held for w in ways)
    ]


def checked(slack: StandInSlack, parent_ts: str) -> bool:
    """Whether the file's card tells how many codes there are."""
    return "60 codes" in slack.thread("C1", parent_ts)[0].text


async def settle(slack: StandInSlack, parent_ts: str) -> str:
    """What the card says once a click has led to something, or after a moment."""
    before = slack.thread("C1", parent_ts)[0].text
    try:
        async with asyncio.timeout(1.5):
            while slack.thread("C1", parent_ts)[0].text == before:
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    return slack.thread("C1", parent_ts)[0].text


async def test_nothing_that_fails_writes_a_secret_down(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """At DEBUG, with faults during uploads, unsigned requests, damaged files and a kill -9 at the end, neither the log
    nor the database, its journal or a temporary file has a secret or a code.
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
    url = f"http://127.0.0.1:{values['PORT']}"
    slack.connect_http(f"{url}/slack/events")
    anna = slack.as_("U1")
    async with logged(values, tmp_path / "log") as process, aiohttp.ClientSession() as session:
        await answer(session, f"{url}/healthz")
        for number, (fault, (value, calls)) in enumerate(FAULTS.items()):
            parent = await anna.drop("C1", {f"spring-sale-{number}.csv": "\n".join(codes(fault)).encode()})
            await slack.until(partial(checked, slack, parent.ts), timeout=30)
            card = slack.thread("C1", parent.ts)[0]
            await shop.fault(fault, value, calls=calls)
            if number % 2:
                slack.fail("chat.update", status=500)
            await anna.click(card, "upload_confirm")
            await settle(slack, parent.ts)
            await shop.fault(fault, None)
        for name, held in {
            "x.xlsx": b"PK\x03\x04" + codes("broken")[0].encode(),
            "y.csv": b"\x00KEEPME-zeros-0001\xff",
        }.items():
            await anna.drop("C1", {name: held})
        await anna.command("C1", "/promo trace KEEPME-refuse_all-0001")
        await anna.command("C1", "/promo KEEPME-typed-0001")
        async with session.post(
            f"{url}/slack/events", data=f"text=KEEPME-unsigned-0001&t={slack.bot_token}"
        ) as refused:
            assert refused.status == 401
        await asyncio.sleep(0.5)
        process.kill()
    log = (tmp_path / "log").read_text()
    assert '"kind": "' in log
    # The beginning that all codes share is shown, and kept, as a masked sample.
    words = [code for fault in FAULTS for code in codes(fault)]
    words += [f"KEEPME-{about}-0001" for about in ("broken", "zeros", "typed", "unsigned")]
    words += [slack.bot_token, slack.app_token, SIGNING_SECRET, shop.shop_secret, SECRET_KEY]
    assert found_in(tmp_path, words) == []
    shown = "\n".join(message.text for message in slack.messages("C1"))
    assert "KEEPME-refuse_all-0002" not in shown
