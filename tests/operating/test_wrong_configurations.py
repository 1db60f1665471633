"""`check` against configurations that are wrong on purpose: what it says of each, and that it only ever asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import URL, create_engine, make_url, text

from bot.operating.check import every_line
from bot.operating.lines import Mark, status
from bot.stand_ins.personaclick.server import Call, StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.stand_ins.slack.cast import Channel, User, UserGroup
from bot.store.migrate import upgrade
from tests.postgres import address

NOBODY = "http://127.0.0.1:9"
READS = {
    "apps.connections.open",
    "auth.test",
    "bots.info",
    "conversations.info",
    "usergroups.list",
    "users.info",
}
APP = "api.slack.com/apps"
BOT_TOKEN = f"Find it at {APP}, OAuth & Permissions: Bot User OAuth Token (xoxb-…)."
APP_TOKEN = f"Find it at {APP}, Basic Information: App-Level Tokens, with connections:write (xapp-…)."
SIGNING = f"Find it at {APP}, Basic Information: Signing Secret."
STORE = "Find it in PersonaClick, Account > Settings > Store Settings"
SHOPS = f'{STORE}; write {{"name": {{"shop_id": "…", "shop_secret": "…"}}}}.'
IDS = "Write user ids (U…, Copy member ID) and user-group ids (S…, Copy group ID), comma separated."
CHANNEL = "Write the channel's id (C…); Slack shows it at the end of View channel details."
SLACK_ADDRESS = "Write https://slack.com/api/, or leave it out."
SHOP_ADDRESS = "Write https://api.personaclick.com, or leave it out."
DATABASE = "Write sqlite:///file.db, or the postgres://… address your database came with."
KEY_BACK = "Put back the earlier one, or set it as SECRET_KEY_BEFORE."
REINSTALL = "Bring the app's manifest up to date (python -m bot manifest) and install it again."
REFUSED_SHOP = f"! shop: PersonaClick refuses its id or secret. {STORE}."

Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Town:
    """Whom `check` may ask."""

    slack: StandInSlack
    shop: StandInPersonaClick
    folder: Path
    postgres: Callable[[str], str]


def values(**given: str | None) -> Callable[[Town], Values]:
    """These settings; None for one that is not set."""
    return lambda _: given


def slack_says(method: str, **failure: Any) -> Callable[[Town], Values]:
    """Slack answers the next call of a method so."""

    def order(town: Town) -> Values:
        town.slack.fail(method, **failure)
        return {}

    return order


def file(name: str) -> Callable[[Town], Values]:
    """An SQLite database of this kind."""

    def make(town: Town) -> Values:
        path = town.folder / f"{name}.db"
        if name == "text":
            path.write_text("not a database " * 1000)
        elif name == "folder":
            path.mkdir()
        else:
            upgrade(f"sqlite+aiosqlite:///{path}")
        with closing(sqlite3.connect(":memory:" if path.is_dir() else path)) as connection, connection:
            if name == "newer":
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            elif name in ("of-another-key", "without-its-key"):
                connection.execute("INSERT INTO facts VALUES ('secret_key', 'another')")
        return {"DATABASE_URL": f"sqlite:///{path}"} | ({"SECRET_KEY": None} if name == "without-its-key" else {})

    return make


def postgres(statement: str, **more: str | None) -> Callable[[Town], Values]:
    """A Postgres database after this statement; `{name}` is its name, `{url}` in `more` its address."""
    return lambda town: {"DATABASE_URL": town.postgres(statement), **more}


def shops(**secrets: str) -> Callable[[Town], Values]:
    """SHOPS with the stand-in's shop as the first of these names, and others."""

    def make(town: Town) -> Values:
        named = {name: {"shop_id": name, "shop_secret": secret} for name, secret in secrets.items()}
        named["right"] = {"shop_id": town.shop.shop_id, "shop_secret": town.shop.shop_secret}
        return {"PERSONACLICK_SHOP_ID": None, "PERSONACLICK_SHOP_SECRET": None, "SHOPS": json.dumps(named)}

    return make


def swapped(town: Town) -> Values:
    """Each token in the place of the other."""
    return {"SLACK_BOT_TOKEN": town.slack.app_token, "SLACK_APP_TOKEN": town.slack.bot_token}


def no_scopes(town: Town) -> Values:
    """Two scopes were not given."""
    town.slack.api.scopes -= {"files:read", "usergroups:read"}
    return {"UPLOADERS": "S1"}


def another_app(town: Town) -> Values:
    """The app-level token of another app."""
    town.slack.api.app_token = "xapp-1-A0OTHER-1-abc"
    return {"SLACK_APP_TOKEN": "xapp-1-A0OTHER-1-abc"}


TABLE: dict[str, tuple[Callable[[Town], Values], int, list[str]]] = {
    "no bot token": (values(SLACK_BOT_TOKEN=None), 2, [f"✗ SLACK_BOT_TOKEN: is missing. {BOT_TOKEN}"]),
    "a person's token": (
        values(SLACK_BOT_TOKEN="xoxp-1-2"),
        2,
        [f"✗ SLACK_BOT_TOKEN: does not begin with xoxb-: it is a person's token. {BOT_TOKEN}"],
    ),
    "half a token": (
        values(SLACK_BOT_TOKEN="xoxb-1 2"),
        2,
        [f"✗ SLACK_BOT_TOKEN: is not a whole token. {BOT_TOKEN}"],
    ),
    "another bot token": (
        values(SLACK_BOT_TOKEN="xoxb-other"),
        1,
        [f"! SLACK_BOT_TOKEN: is refused by Slack (invalid_auth). {BOT_TOKEN}"],
    ),
    "a revoked bot token": (
        slack_says("auth.test", error="token_revoked"),
        1,
        [f"! SLACK_BOT_TOKEN: is refused by Slack (token_revoked). {BOT_TOKEN}"],
    ),
    "swapped tokens": (
        swapped,
        2,
        [
            "✗ SLACK_BOT_TOKEN: does not begin with xoxb-: it is an app-level token, which belongs into "
            f"SLACK_APP_TOKEN. {BOT_TOKEN}",
            "✗ SLACK_APP_TOKEN: does not begin with xapp-: it is the bot's token, which belongs into "
            f"SLACK_BOT_TOKEN. {APP_TOKEN}",
        ],
    ),
    "another app token": (
        values(SLACK_APP_TOKEN="xapp-other"),
        2,
        [f"✗ SLACK_APP_TOKEN: is refused by Slack (invalid_auth). {APP_TOKEN}"],
    ),
    "an app token without its scope": (
        slack_says("apps.connections.open", error="missing_scope"),
        2,
        ["✗ SLACK_APP_TOKEN: has not the scope connections:write. Make one that has it, in Basic Information."],
    ),
    "an app token of another app": (
        another_app,
        1,
        [
            "! SLACK_APP_TOKEN: is of another app (A0OTHER) than SLACK_BOT_TOKEN (A1). "
            f"Take both tokens from the same app at {APP}."
        ],
    ),
    "neither app token nor signing secret": (
        values(SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=None),
        2,
        [
            f"✗ SLACK_APP_TOKEN: is missing. For Socket Mode: {APP_TOKEN} For HTTP set SLACK_SIGNING_SECRET instead.",
        ],
    ),
    "a token as signing secret": (
        values(SLACK_SIGNING_SECRET="xoxb-in-the-wrong-place"),
        1,
        [f"! SLACK_SIGNING_SECRET: is not 32 characters of 0-9 and a-f, as Slack's are. {SIGNING}"],
    ),
    "missing scopes": (
        no_scopes,
        1,
        [
            f"! scope: files:read is missing: files dropped in a channel the bot is in. {REINSTALL}",
            f"! scope: usergroups:read is missing: user groups named in UPLOADERS. {REINSTALL}",
            f"! UPLOADERS: cannot be looked up: a scope is missing. {REINSTALL}",
        ],
    ),
    "Slack too busy": (
        slack_says("auth.test", status=429, retry_after=1),
        1,
        ["! Slack: is too busy to answer (ratelimited). Run this again in a minute."],
    ),
    "Slack away": (
        values(SLACK_API_URL=f"{NOBODY}/"),
        1,
        [f"! SLACK_API_URL: {NOBODY}/ cannot be reached (ClientConnectorError). {SLACK_ADDRESS}"],
    ),
    "Slack's address without https": (
        values(SLACK_API_URL="slack.com"),
        2,
        [f"✗ SLACK_API_URL: is not a web address. {SLACK_ADDRESS}"],
    ),
    "no shop": (
        values(PERSONACLICK_SHOP_ID=None, PERSONACLICK_SHOP_SECRET=None),
        2,
        [f"✗ PERSONACLICK_SHOP_ID: is missing. {STORE}.", f"✗ PERSONACLICK_SHOP_SECRET: is missing. {STORE}."],
    ),
    "a wrong shop secret": (values(PERSONACLICK_SHOP_SECRET="wrong"), 1, [REFUSED_SHOP]),
    "a wrong shop id": (values(PERSONACLICK_SHOP_ID="wrong"), 1, [REFUSED_SHOP]),
    "PersonaClick away": (
        values(PERSONACLICK_API_URL=NOBODY),
        1,
        [f"! shop: {NOBODY} cannot be reached. {SHOP_ADDRESS}"],
    ),
    "one shop of two refused": (
        shops(old="gone"),
        1,
        [f"! shop old: PersonaClick refuses its id or secret. {STORE}."],
    ),
    "one shop under two names": (
        values(
            PERSONACLICK_SHOP_ID=None,
            PERSONACLICK_SHOP_SECRET=None,
            SHOPS='{"de": {"shop_id": "1", "shop_secret": "x"}, "fr": {"shop_id": "1", "shop_secret": "y"}}',
        ),
        2,
        [f"✗ SHOPS: has one shop under two names: “de” and “fr” have the same shop_id. {SHOPS}"],
    ),
    "SHOPS beside one shop": (
        values(SHOPS='{"de": {"shop_id": "1", "shop_secret": "x"}}'),
        2,
        ["✗ SHOPS: is set beside PERSONACLICK_SHOP_ID. Keep one of the two."],
    ),
    "SHOPS with single quotes": (
        values(PERSONACLICK_SHOP_ID=None, PERSONACLICK_SHOP_SECRET=None, SHOPS="{'de': 1}"),
        2,
        [f"✗ SHOPS: is not JSON: something is wrong at character 2. {SHOPS}"],
    ),
    "a channel that is not there": (
        values(ALERTS_CHANNEL="C404"),
        1,
        [
            f"! ALERTS_CHANNEL: C404 is not known to Slack (channel_not_found). {CHANNEL} "
            "If it is a private channel, type there: /invite @Promo codes"
        ],
    ),
    "a channel without the bot": (
        values(ALERTS_CHANNEL="C7"),
        1,
        ["! ALERTS_CHANNEL: the bot is not in #elsewhere. Type there: /invite @Promo codes"],
    ),
    "an archived channel": (
        values(ALERTS_CHANNEL="C8"),
        1,
        ["! ALERTS_CHANNEL: #attic is archived. Choose another channel."],
    ),
    "a shared channel": (
        values(ALERTS_CHANNEL="C3"),
        1,
        ["! ALERTS_CHANNEL: #partners is shared with another company. Choose a channel of your own."],
    ),
    "a channel's name": (
        values(ALERTS_CHANNEL="#promo"),
        2,
        [f"✗ ALERTS_CHANNEL: is not the id of a channel. {CHANNEL}"],
    ),
    "people and groups": (
        values(UPLOADERS="U1,U404,U7,U3,U4,S404,S7", CONTACT="U4040404"),
        1,
        [
            f"! UPLOADERS: U404 is not known to Slack (user_not_found). {IDS}",
            f"! UPLOADERS: U7 is deactivated. {IDS}",
            f"! UPLOADERS: U3 is no full member, and may not load codes. {IDS}",
            f"! UPLOADERS: U4 is no full member, and may not load codes. {IDS}",
            f"! UPLOADERS: there is no user group S404. {IDS}",
            f"! UPLOADERS: the user group S7 is disabled. {IDS}",
            "! CONTACT: U4040404 is not known to Slack (user_not_found). "
            "Write a user id (U…), a user-group id (S…) or a few words.",
        ],
    ),
    "a person's name": (
        values(UPLOADERS="anna"),
        2,
        [f"✗ UPLOADERS: is not a list of user ids and user-group ids. {IDS}"],
    ),
    "misspelt names": (
        values(UPLOADER="U1", MAX_CODE="5"),
        2,
        [
            "✗ UPLOADER: is no setting, and UPLOADERS is not set. Write UPLOADERS, or remove it.",
            "! MAX_CODE: is no setting and is ignored; MAX_CODES may be meant. Rename or remove MAX_CODE.",
        ],
    ),
    "words for numbers": (
        values(MAX_CODES="fifty", PORT="http"),
        2,
        [
            "✗ MAX_CODES: is not a whole number. Write a whole number of codes, such as 2000000.",
            "✗ PORT: is not a whole number. Write a whole number, such as 3000.",
        ],
    ),
    "no database of ours": (
        values(DATABASE_URL="mysql://x"),
        2,
        [f"✗ DATABASE_URL: is not an address of SQLite or Postgres. {DATABASE}"],
    ),
    "no folder": (
        values(DATABASE_URL="sqlite:////no/where/x.db"),
        2,
        [f"✗ database: the folder of x.db is not there. {DATABASE}"],
    ),
    "a folder": (file("folder"), 2, [f"✗ database: folder.db is a folder. {DATABASE}"]),
    "no database at all": (
        file("text"),
        2,
        [
            "✗ DATABASE_URL: names a file that is damaged, or no database (file is not a database). "
            "Put back a backup, or move the file away to begin with an empty one."
        ],
    ),
    "a newer database": (
        file("newer"),
        2,
        ["✗ database: is of a newer promo bot (version 9999). Run the newer version."],
    ),
    "another SECRET_KEY": (
        file("of-another-key"),
        2,
        [f"✗ SECRET_KEY: is not the one this database was made with. {KEY_BACK}"],
    ),
    "a lost SECRET_KEY": (
        file("without-its-key"),
        2,
        [f"✗ SECRET_KEY: is missing, and this database was made with one. {KEY_BACK}"],
    ),
    "a lost SECRET_KEY on Postgres": (
        postgres("INSERT INTO facts VALUES ('secret_key', 'one') ON CONFLICT DO NOTHING", SECRET_KEY=None),
        2,
        [f"✗ SECRET_KEY: is missing, and this database was made with one. {KEY_BACK}"],
    ),
    "a short SECRET_KEY": (
        values(SECRET_KEY="short"),
        2,
        [
            "✗ SECRET_KEY: is shorter than 32 characters. "
            "Make up 32 characters or more once (openssl rand -hex 32), and keep them."
        ],
    ),
    "SQLite on a dyno": (
        values(DYNO="worker.1"),
        2,
        [
            "✗ DATABASE_URL: names a file, and a dyno loses its disk at every restart. "
            "Add a database: heroku addons:create heroku-postgresql:essential-0"
        ],
    ),
    "Postgres away": (
        values(DATABASE_URL="postgres://u:sesame-open@127.0.0.1:9/x"),
        2,
        ["✗ DATABASE_URL: names a database that does not answer. The driver says: connection failed: …"],
    ),
    "Postgres without a key": (
        postgres("DELETE FROM facts", SECRET_KEY=None),
        2,
        ["✗ SECRET_KEY: is missing. Make up 32 characters or more once (openssl rand -hex 32), and keep them."],
    ),
    "Postgres that can only be read": (
        postgres("ALTER DATABASE {name} SET default_transaction_read_only = on"),
        2,
        [
            "✗ database: can only be read. "
            "Wait until its maintenance is over, make room on its plan, or use an address that may write."
        ],
    ),
    "Postgres of a newer bot": (
        postgres("UPDATE alembic_version SET version_num = '9999'"),
        2,
        ["✗ database: is of a newer promo bot (version 9999). Run the newer version."],
    ),
    "Postgres without TLS": (
        lambda town: {"DATABASE_URL": f"{town.postgres('DELETE FROM facts')}?sslmode=require"},
        2,
        ["✗ DATABASE_URL: names a database that does not answer. The driver says: connection failed: …"],
    ),
}


@pytest.fixture
def town(
    slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Town]:
    """A workspace with what settings should not name, and a Postgres to spoil."""
    workspace = slack.workspace
    workspace.channels["C7"] = Channel("C7", "elsewhere", ["U1"])
    workspace.channels["C8"] = Channel("C8", "attic", ["U1", "UBOT"], is_archived=True)
    workspace.users["U7"] = User("U7", "gone", "Gone Person", deleted=True)
    workspace.groups["S7"] = UserGroup("S7", "old", "Old team", [], disabled=True)
    with spoilt(request) as postgres:
        yield Town(slack, shop, tmp_path, postgres)


@contextmanager
def spoilt(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes a Postgres database, changed by a statement; it is dropped afterwards."""
    made: list[str] = []

    def make(statement: str) -> str:
        template = make_url(request.getfixturevalue("postgres_url"))
        made.append(f"{template.database}_{len(made)}_spoilt")
        _execute(template.set(database="postgres"), f"CREATE DATABASE {made[-1]} TEMPLATE {template.database}")
        url = template.set(database=made[-1])
        _execute(url, statement.format(name=made[-1]))
        return url.render_as_string().replace("postgresql+psycopg", "postgres")

    yield make
    for name in made:
        _execute(make_url(address()).set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def shortened(line: str) -> str:
    """A line without what a driver says of a connection."""
    before, found, _ = line.partition("connection failed: ")
    return f"{before}{found}…" if found else line


@pytest.mark.parametrize("name", TABLE)
async def test_a_wrong_configuration(right: pytest.MonkeyPatch, town: Town, name: str) -> None:
    """Each wrong configuration is named with its fix, nothing else is, and the status tells whether the bot starts; all
    that is asked only reads, and no secret is shown."""
    calls: list[Call] = []
    town.shop.on_call = calls.append
    made, exit_status, expected = TABLE[name]
    for setting, value in made(town).items():
        right.delenv(setting) if value is None else right.setenv(setting, value)
    lines = await every_line()
    said = [str(line) for line in lines if line.mark is not Mark.OK]
    assert [shortened(line) for line in said] == expected
    assert status(lines) == exit_status
    assert any(line.mark is Mark.OK for line in lines)
    assert {call.method for call in town.slack.calls} <= READS
    assert {(call.method, call.path) for call in calls} <= {("GET", "/promo_codes")}
    secrets = (
        town.slack.bot_token,
        town.slack.app_token,
        town.shop.shop_secret,
        "k" * 32,
        "sesame-open",
        "xoxb-in-the",
    )
    assert not any(secret in str(line) for line in lines for secret in secrets)


@pytest.fixture
async def answering() -> AsyncIterator[Callable[[int, str], Any]]:
    """A shop's address that answers everything alike."""
    runners = []

    async def serve(code: int, body: str) -> str:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=code, text=body, content_type="application/json")

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}"

    yield serve
    for runner in runners:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("code", "body", "found"),
    [
        (200, '{"status": "error", "message": "Shop not found"}', "PersonaClick refuses its id or secret"),
        (400, '{"status": "error", "message": "Shop not found"}', "PersonaClick refuses its id or secret"),
        (401, "", "PersonaClick refuses its id or secret"),
        (403, "{}", "PersonaClick refuses its id or secret"),
        (404, '{"status": "error", "message": "Shop not found"}', "PersonaClick refuses its id or secret"),
        (429, "", "PersonaClick had too many requests just now (429)"),
        (500, "oops", "{address} gives no answer of PersonaClick's (500)"),
        (200, "<html>", "{address} gives no answer of PersonaClick's (200)"),
    ],
)
async def test_what_a_shop_answers(
    right: pytest.MonkeyPatch, answering: Callable[[int, str], Any], code: int, body: str, found: str
) -> None:
    """A shop that is not found, in whatever words, is told apart from one that is busy or no shop at all."""
    address = await answering(code, body)
    right.setenv("PERSONACLICK_API_URL", address)
    lines = [line for line in await every_line() if line.mark is not Mark.OK]
    assert [(line.about, line.found) for line in lines] == [("shop", found.format(address=address))]
    assert status(lines) == 1
