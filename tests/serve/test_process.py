"""The real program as its own process: what it says, how it serves, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.store.migrate import HEAD, upgrade
from tests.environment import between, free_port

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A workspace."""
    slack = StandInSlack()
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
async def shop() -> AsyncIterator[StandInPersonaClick]:
    """A shop."""
    shop = StandInPersonaClick()
    await shop.start()
    yield shop
    await shop.stop()


def environment(slack: StandInSlack, shop: StandInPersonaClick, folder: Path) -> dict[str, str]:
    """What an engineer would set."""
    return between(
        slack,
        shop,
        SLACK_APP_TOKEN=slack.app_token,
        DATABASE_URL=f"sqlite:///{folder}/promo.db",
        LOG_LEVEL="DEBUG",
        PORT=str(free_port()),
    )


@asynccontextmanager
async def running(mode: str, values: dict[str, str], *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot <mode> <options>`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        mode,
        *options,
        cwd=ROOT,
        env=values,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """The exit status after SIGTERM, and all that was said."""
    process.send_signal(signal.SIGTERM)
    out, said = await asyncio.wait_for(process.communicate(), 25)
    return process.returncode, out.decode() + said.decode()


async def answer(session: aiohttp.ClientSession, url: str) -> tuple[int, object]:
    """What an address answers, once it listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                async with session.get(url) as found:
                    return found.status, await found.json()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def test_http_serves_tells_its_health_and_ends_cleanly(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """`http` answers /healthz, /readyz and Slack, and SIGTERM ends it with 0; its log holds no secret."""
    values = environment(slack, shop, tmp_path)
    url = f"http://127.0.0.1:{values['PORT']}"
    slack.connect_http(f"{url}/slack/events")
    async with running("http", values) as process, aiohttp.ClientSession() as session:
        assert await answer(session, f"{url}/healthz") == (200, {"status": "ok"})
        ready = {"database": "ok", "slack": "ok", "personaclick": "ok"}
        assert await answer(session, f"{url}/readyz") == (200, ready)
        await slack.as_("U1").command("C1", "/promo lists")
        await slack.until(lambda: "8 lists" in slack.ephemerals("U1")[0].text)
        async with session.post(f"{url}/slack/events", data=b"payload={}") as unsigned:
            assert unsigned.status == 401
        for kind, junk in (("application/json", b"{"), ("application/json", b"\xff\xfe"), ("text/plain", b"\xff\xfe")):
            async with session.post(f"{url}/slack/events", data=junk, headers={"Content-Type": kind}) as refused:
                assert refused.status == 401
        status, said = await ended(process)
    assert status == 0
    assert "Traceback" not in said
    assert not any(secret in said for secret in (shop.shop_secret, slack.bot_token, slack.signing_secret))


async def test_metrics_and_a_line_for_each_delivery(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """/metrics has the numbers and no names; each delivery is one JSON line with ids and its time, without words."""
    values = environment(slack, shop, tmp_path) | {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    url = f"http://127.0.0.1:{values['PORT']}"
    slack.connect_http(f"{url}/slack/events")
    async with running("http", values) as process, aiohttp.ClientSession() as session:
        await answer(session, f"{url}/readyz")
        await slack.as_("U1").command("C1", "/promo lists CODE-1234")
        await slack.until(lambda: slack.ephemerals("U1")[0])
        async with session.get(f"{url}/metrics") as found:
            text = await found.text()
        _, said = await ended(process)
    for line in (
        'promo_bot_personaclick_seconds_count{method="GET",status="200"}',
        'promo_bot_slack_seconds_count{method="auth.test",status="200"}',
        'promo_bot_answer_seconds_count{kind="command"} 1.0',
        "promo_bot_queue 0.0",
        "promo_bot_alerts_open",
    ):
        assert line in text
    assert not any(name in text for name in ("Spring", "100500", shop.shop_id))
    lines = [json.loads(line) for line in said.splitlines()]
    told = next(line for line in lines if line.get("kind") == "command")
    assert {key: told[key] for key in ("name", "user", "channel", "status")} == {
        "name": "/promo",
        "user": "U1",
        "channel": "C1",
        "status": 200,
    }
    assert told["ms"] > 0
    assert "CODE-1234" not in said


async def test_readyz_says_what_does_not_answer(slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path) -> None:
    """With PersonaClick refusing and Slack away, /readyz is 503 and names both."""
    values = environment(slack, shop, tmp_path) | {"PERSONACLICK_SHOP_SECRET": "wrong"}
    slack.down = True
    url = f"http://127.0.0.1:{values['PORT']}"
    async with running("http", values), aiohttp.ClientSession() as session:
        status, found = await answer(session, f"{url}/readyz")
    assert status == 503
    assert found == {"database": "ok", "slack": "does not answer", "personaclick": "CredentialsRefused 403"}


async def test_socket_connects_reconnects_and_ends_cleanly(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """`socket` answers over Socket Mode, again after the connection is lost, tells its health where PORT is set, and
    SIGTERM ends it with 0."""
    values = environment(slack, shop, tmp_path)
    async with running("socket", values) as process, aiohttp.ClientSession() as session:
        await slack.sockets.connected(30)
        ready = {"database": "ok", "slack": "ok", "personaclick": "ok", "socket": "ok"}
        assert await answer(session, f"http://127.0.0.1:{values['PORT']}/readyz") == (200, ready)
        await slack.as_("U1").command("C1", "/promo lists")
        await slack.until(lambda: slack.ephemerals("U1")[0])
        await slack.sockets.refresh()
        await slack.sockets.connected(30)
        await slack.as_("U1").command("C1", "/promo help")
        await slack.until(lambda: slack.ephemerals("U1")[1])
        status, said = await ended(process)
    assert status == 0
    assert "Traceback" not in said
    assert slack.app_token not in said


@pytest.mark.parametrize(
    ("mode", "broken", "line"),
    [
        ("http", {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing. Find it at api.slack.com/apps,"),
        (
            "http",
            {"MAX_CODES": "many"},
            "MAX_CODES is not a whole number. Write",
        ),
        ("socket", {"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN is refused by Slack"),
        ("http", {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/x"}, "SECRET_KEY is missing."),
        ("http", {"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "DATABASE_URL names a folder"),
        (
            "migrate",
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/x"},
            "DATABASE_URL names a database that does not answer. The driver says: connection failed:",
        ),
        (
            "migrate",
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/x?colour=red"},
            'DATABASE_URL names a database that does not answer. The driver says: invalid connection option "colour"',
        ),
        (
            "http",
            {"DATABASE_URL": "sqlite:////nowhere/at/all.db", "SECRET_KEY": "k" * 32},
            "DATABASE_URL names a database that does not answer. The driver says: unable to open database file",
        ),
    ],
)
async def test_a_wrong_setting_is_one_line(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path, mode: str, broken: dict[str, str], line: str
) -> None:
    """A setting that is missing or wrong stops the start with one line that names it, never a traceback."""
    values = environment(slack, shop, tmp_path) | broken
    async with running(mode, values) as process:
        _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    lines = said.decode().strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(line)


async def test_a_port_in_use_is_one_line(slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path) -> None:
    """Another program on the port stops the start with one line, too; and so it does with the playground."""
    values = environment(slack, shop, tmp_path)
    for mode, host, name in (("http", "0.0.0.0", "PORT"), ("playground", "127.0.0.1", "--port")):
        with socket.create_server((host, int(values["PORT"]))):
            options = ["--port", values["PORT"]] if mode == "playground" else []
            async with running(mode, values, *options) as process:
                _, said = await asyncio.wait_for(process.communicate(), 30)
        expected = f"{name} {values['PORT']} cannot be used: Address already in use. Choose another."
        assert (process.returncode, said.decode().strip()) == (2, expected)


@pytest.mark.parametrize(
    ("command", "options", "line"),
    [
        ("playground", ("--port", "99999"), "--port 99999 is not 0 to 65535. Choose another."),
        *[
            (
                "manifest",
                ("--url", url),
                "--url is not https:// and a host alone. Write the address of your app without a path.",
            )
            for url in (
                "",
                "http://x.example",
                "https://",
                "https://x y",
                "https:///a",
                "https://x.example/slack/events",
            )
        ],
    ],
)
async def test_a_wrong_option_is_one_line(command: str, options: tuple[str, ...], line: str) -> None:
    """An option that cannot be used is named in one line, never by a traceback."""
    async with running(command, {"PATH": os.environ["PATH"]}, *options) as process:
        out, said = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, out, said.decode().strip()) == (2, b"", line)


async def test_migrate_brings_a_database_up_to_date(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """`migrate` makes the tables, and again does nothing; it says which."""
    values = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path}/m.db"}
    told = []
    for _ in range(2):
        async with running("migrate", values) as process:
            out, said = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, said) == (0, b"")
        told.append(out.decode().strip())
    assert told == [
        f"The database was brought from empty to version {HEAD}.",
        f"The database is up to date (version {HEAD}): nothing was to do.",
    ]


@pytest.mark.parametrize(
    ("made", "line"),
    [
        ("newer", "DATABASE_URL holds a database of a newer promo bot. Run the newer version, or put back the backup"),
        ("text", "DATABASE_URL names a file that is damaged, or no database (file is not a database). Put back"),
        ("cut", "DATABASE_URL names a file that is damaged, or no database ("),
    ],
)
@pytest.mark.parametrize("mode", ["http", "socket", "migrate"])
async def test_a_database_that_cannot_be_used_is_one_line(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path, mode: str, made: str, line: str
) -> None:
    """A newer, a damaged and a cut database stop the start with one line and status 2."""
    path = tmp_path / "promo.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    match made:
        case "newer":
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
        case "text":
            path.write_bytes(b"not a database at all" * 1000)
        case "cut":
            path.write_bytes(path.read_bytes()[:9000])
    async with running(mode, environment(slack, shop, tmp_path)) as process:
        _, said = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, len(said.decode().splitlines())) == (2, 1)
    assert said.decode().startswith(line)


async def test_the_port_is_bound_before_the_database_answers(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """While the database is away /healthz answers, /readyz and Slack get 503, and the process waits."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        values = environment(slack, shop, tmp_path)
        values |= {"SECRET_KEY": "k" * 32, "DATABASE_URL": f"postgres://u:p@{where}/d"}
        url = f"http://127.0.0.1:{values['PORT']}"
        async with running("http", values) as process, aiohttp.ClientSession() as session:
            assert await answer(session, f"{url}/healthz") == (200, {"status": "ok"})
            assert await answer(session, f"{url}/readyz") == (503, {"database": "not open yet"})
            async with session.post(f"{url}/slack/events", data=b"{}") as early:
                assert early.status == 503
            assert process.returncode is None


async def test_web_of_a_socket_mode_app_says_how_to_scale(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """`http` without a signing secret but with an app token serves health, opens no socket, and says what to do."""
    values = environment(slack, shop, tmp_path) | {"SLACK_SIGNING_SECRET": ""}
    url = f"http://127.0.0.1:{values['PORT']}"
    async with running("http", values) as process, aiohttp.ClientSession() as session:
        status, _ = await answer(session, f"{url}/healthz")
        out = await ended(process)
    assert (status, out[0], slack.sockets.count) == (200, 0, 0)
    assert "heroku ps:scale web=0 worker=1" in out[1]


async def test_several_wrong_settings_are_a_line_each(tmp_path: Path) -> None:
    """All that is missing is told at once."""
    async with running("socket", {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}) as process:
        _, said = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, [line.split()[0] for line in said.decode().splitlines()]) == (
        2,
        ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "PERSONACLICK_SHOP_ID", "PERSONACLICK_SHOP_SECRET"],
    )


async def test_kill_and_start_again(slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path) -> None:
    """The program is killed during an upload and started again: each code is there once, and the card says so."""
    shop.unique = False
    values = environment(slack, shop, tmp_path) | {"PERSONACLICK_BATCH_SIZE": "50", "PERSONACLICK_TIMEOUT_S": "1"}
    values |= {"PERSONACLICK_SETTLE_S": "2"}
    slack.connect_http(f"http://127.0.0.1:{values['PORT']}/slack/events")
    codes = [f"SPRING-{n:04d}" for n in range(400)]
    await shop.fault("slow", 0.3)
    async with running("http", values) as process, aiohttp.ClientSession() as session:
        await answer(session, f"http://127.0.0.1:{values['PORT']}/healthz")
        parent = await slack.as_("U1").drop("C1", {"spring-sale.csv": "\n".join(codes).encode()})
        card = await slack.until(lambda: slack.thread("C1", parent.ts)[0], timeout=10)
        await slack.as_("U1").click(card, "upload_confirm")
        async with asyncio.timeout(10):
            while len(shop.record.posts) < 3:
                await asyncio.sleep(0.02)
        process.kill()
        await process.wait()
    async with running("http", values) as process:
        await slack.until(lambda: "Done: 400 codes sent to Spring sale" in card.text, timeout=30)
        assert "That is exactly the 400 codes sent." in card.text
        await ended(process)
    assert shop.codes("100500") == codes
    assert len(slack.thread("C1", parent.ts)) == 1


@pytest.mark.parametrize("mode", ["http", "socket"])
@pytest.mark.parametrize("deaf", ["database", "Slack"])
async def test_a_start_that_waits_ends_on_sigterm(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path, mode: str, deaf: str
) -> None:
    """Whatever the start waits for, a database or Slack that takes a connection and says nothing, SIGTERM ends it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"127.0.0.1:{silent.getsockname()[1]}"
        values = environment(slack, shop, tmp_path) | {"SECRET_KEY": "k" * 32}
        values |= (
            {"DATABASE_URL": f"postgres://u:p@{where}/d"}
            if deaf == "database"
            else {"SLACK_API_URL": f"http://{where}/"}
        )
        async with running(mode, values) as process:
            held, _ = await asyncio.to_thread(silent.accept)
            with held:
                await asyncio.sleep(0.5)
                process.send_signal(signal.SIGTERM)
                _, said = await asyncio.wait_for(process.communicate(), 15)
    assert (process.returncode, b"Traceback" in said) == (0, False)


async def test_a_file_that_arrives_at_the_end_is_checked_by_the_next_process(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """A listener that ends after SIGTERM leaves its check to whoever comes next, and no failure on a card."""
    values = environment(slack, shop, tmp_path)
    url = f"http://127.0.0.1:{values['PORT']}"
    slack.connect_http(f"{url}/slack/events")
    async with running("http", values) as process, aiohttp.ClientSession() as session:
        await answer(session, f"{url}/healthz")
        slack.fail("files.info", delay_s=2)
        parent = await slack.as_("U1").drop("C1", {"spring-sale.csv": b"A-1111\nB-2222\n"})
        await slack.until(lambda: slack.called("users.info") or not slack.failures.standing)
        status, said = await ended(process)
    assert (status, "its check failed" in said) == (0, False)
    async with running("http", values) as process:
        card = await slack.until(lambda: slack.thread("C1", parent.ts)[0], timeout=60)
        await slack.until(lambda: "2 codes ready to upload" in card.text, timeout=10)
        await ended(process)
