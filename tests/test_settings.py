"""Settings: names, defaults, and what is said when one is wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.promo.lists import Shop
from bot.settings import Settings

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s" * 32,
    "SLACK_APP_TOKEN": "xapp-1",
    "PERSONACLICK_SHOP_ID": "shop",
    "PERSONACLICK_SHOP_SECRET": "topsecret",
    "SECRET_KEY": "k" * 32,
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A clean environment, in a folder of its own, with every needed setting."""
    for name in (*(field.upper() for field in Settings.model_fields), "SHOPS", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problem(mode: str = "http") -> SettingsError:
    """What reading the settings complains of."""
    with pytest.raises(SettingsError) as caught:
        Settings.read(mode)
    return caught.value


def test_defaults(environment: pytest.MonkeyPatch) -> None:
    """What is not set has the default of the design."""
    environment.delenv("SECRET_KEY")
    settings = Settings.read("http")
    assert settings.model_dump(exclude={"slack_bot_token", "slack_signing_secret", "slack_app_token"}) | {} == {
        "slack_api_url": "https://slack.com/api/",
        "slack_file_hosts": ("files.slack.com",),
        "personaclick_shop_id": settings.personaclick_shop_id,
        "personaclick_shop_secret": settings.personaclick_shop_secret,
        "shops_json": settings.shops_json,
        "personaclick_api_url": "https://api.personaclick.com",
        "personaclick_batch_size": 5000,
        "personaclick_requests_per_minute": 40,
        "personaclick_timeout_s": 30.0,
        "personaclick_settle_s": 90.0,
        "contact": "",
        "database_url": "sqlite:///promo-bot.db",
        "secret_key_text": settings.secret_key_text,
        "secret_key_before": settings.secret_key_before,
        "uploaders": (),
        "alerts_channel": "",
        "approval_over": None,
        "max_file_mb": 50,
        "max_codes": 2_000_000,
        "undo_hours": 24.0,
        "reading_every_minutes": 5.0,
        "port": 3000,
        "log_level": "INFO",
        "log_format": "text",
    }


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("http", "SLACK_BOT_TOKEN"),
        ("http", "SLACK_SIGNING_SECRET"),
        ("socket", "SLACK_APP_TOKEN"),
        ("socket", "SLACK_BOT_TOKEN"),
        ("http", "PERSONACLICK_SHOP_ID"),
        ("http", "PERSONACLICK_SHOP_SECRET"),
    ],
)
@pytest.mark.parametrize("value", [None, "", " ", "\n"])
def test_a_missing_setting_is_named(environment: pytest.MonkeyPatch, mode: str, name: str, value: str | None) -> None:
    """A setting that is missing, empty or blank is named, with where it is found."""
    environment.delenv(name) if value is None else environment.setenv(name, value)
    if mode == "http":
        environment.delenv("SLACK_APP_TOKEN")
    found = problem(mode)
    assert (found.name, found.problem) == (name, "is missing")
    assert found.then


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-notabot"),
        ("SLACK_APP_TOKEN", "xoxb-notanapp"),
        ("PERSONACLICK_BATCH_SIZE", "0"),
        ("PERSONACLICK_BATCH_SIZE", "lots"),
        ("PERSONACLICK_REQUESTS_PER_MINUTE", "-1"),
        ("PERSONACLICK_TIMEOUT_S", "0"),
        ("MAX_FILE_MB", "none"),
        ("UNDO_HOURS", "-1"),
        ("PORT", "99999"),
        ("PERSONACLICK_SETTLE_S", "-1"),
        ("READING_EVERY_MINUTES", "0.01"),
        ("APPROVAL_OVER", "-5"),
        ("ALERTS_CHANNEL", "#marketing"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "mysql://there"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://u:p@h:many/d"),
        ("SECRET_KEY", "tooshort"),
        ("SLACK_API_URL", "slack.com/api"),
        ("PERSONACLICK_API_URL", "ftp://api.personaclick.com"),
        ("PERSONACLICK_API_URL", "https://"),
        ("SLACK_FILE_HOSTS", "https://files.slack.com"),
        ("SLACK_FILE_HOSTS", ","),
        ("UPLOADERS", "anna, U12345"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-12 34"),
        ("SLACK_APP_TOKEN", "xapp-“1”"),
        ("UNDO_HOURS", "inf"),
        ("UNDO_HOURS", "1e300"),
        ("DATABASE_URL", "postgres://u:pa@ss@h/d"),
        ("UPLOADERS", " , "),
        ("CONTACT", "x" * 201),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("SLACK_API_URL", "http://127.0.0.1:x/"),
        ("PERSONACLICK_API_URL", "https://h:99999"),
        ("PERSONACLICK_API_URL", "https://h h"),
        ("PERSONACLICK_API_URL", "https://h/\npath"),
        ("SLACK_FILE_HOSTS", "*"),
        ("SLACK_FILE_HOSTS", "files.slack.com files.example.com"),
        ("SLACK_FILE_HOSTS", "files.slack.com:x"),
    ],
)
def test_a_malformed_setting_is_named_without_its_value(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A malformed setting is named; what was put there is not repeated."""
    environment.setenv(name, value)
    found = problem()
    assert found.name == name
    assert value not in found.problem.split() or value.isdigit() or value in ("0", "-1")
    assert "\n" not in f"{found.problem}{found.then}"


def test_several_shops(environment: pytest.MonkeyPatch) -> None:
    """SHOPS names several shops; both ways at once are refused."""
    environment.setenv(
        "SHOPS", '{"de": {"shop_id": "1", "shop_secret": "a"}, "fr": {"shop_id": "2", "shop_secret": "b"}}'
    )
    assert problem().name == "SHOPS"
    environment.delenv("PERSONACLICK_SHOP_ID")
    environment.delenv("PERSONACLICK_SHOP_SECRET")
    assert Settings.read("http").shops() == (Shop("de", "1", "a"), Shop("fr", "2", "b"))


@pytest.mark.parametrize(
    ("value", "problem_said"),
    [
        ("[]", "is JSON, but not an object of shops by name"),
        ("{", "is not JSON: something is wrong at character 2"),
        ("null", "is JSON, but not an object of shops by name"),
        ('{"de": 1}', "has no object with shop_id and shop_secret for “de”"),
        ('{"de": {}}', "has no shop_id for “de”"),
        ("{}", "names no shop"),
        ('{"de": {"shop_id": "1"}}', "has no shop_secret for “de”"),
        ('{"de": {"shop_id": "1", "shop_secret": ""}}', "has no shop_secret for “de”"),
        ('{"de": {"shop_id": "1", "shop_secret": " "}}', "has no shop_secret for “de”"),
        ('{" ": {"shop_id": "1", "shop_secret": "a"}}', "has a shop without a name"),
        (f'{{"{"x" * 61}": {{"shop_id": "1", "shop_secret": "a"}}}}', "has a name of more than 60 characters"),
        ('{"de": {"shop_id": null, "shop_secret": "a"}}', "has no shop_id for “de”"),
        ('{"de": {"shop_id": ["1"], "shop_secret": "a"}}', "has no shop_id for “de”"),
        (
            '{"de": {"shop_id": "1", "shop_secret": "a"}, "de": {"shop_id": "2", "shop_secret": "b"}}',
            "names a shop twice",
        ),
        (
            '{"de": {"shop_id": "1", "shop_secret": "a"}, "DE": {"shop_id": "2", "shop_secret": "b"}}',
            "names a shop twice",
        ),
        (
            '{"de": {"shop_id": "1", "shop_secret": "a"}, "fr": {"shop_id": 1, "shop_secret": "b"}}',
            "has one shop under two names: “de” and “fr” have the same shop_id",
        ),
    ],
)
def test_shops_that_are_not_right(environment: pytest.MonkeyPatch, value: str, problem_said: str) -> None:
    """What is wrong with SHOPS is said: broken JSON, no whole shop, one name or one shop twice."""
    environment.delenv("PERSONACLICK_SHOP_ID")
    environment.delenv("PERSONACLICK_SHOP_SECRET")
    environment.setenv("SHOPS", value)
    assert (problem().name, problem().problem) == ("SHOPS", problem_said)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql://u:p@h/d?a=b", "postgresql+psycopg://u:p@h/d?a=b&sslmode=require"),
        ("postgres://u:p@h/d?sslmode=disable", "postgresql+psycopg://u:p@h/d?sslmode=disable"),
        ("postgres://u:p@127.0.0.1:5432/d", "postgresql+psycopg://u:p@127.0.0.1:5432/d"),
        ("postgres://u:p@localhost/d", "postgresql+psycopg://u:p@localhost/d"),
        ("postgres://u:p@[::1]/d", "postgresql+psycopg://u:p@[::1]/d"),
        ("postgres:///d?host=/run/postgresql", "postgresql+psycopg:///d?host=/run/postgresql"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_database_addresses(environment: pytest.MonkeyPatch, given: str, used: str) -> None:
    """Every usual way to write a database's address is understood, and off this machine TLS is asked for."""
    environment.setenv("DATABASE_URL", given)
    assert Settings.read("migrate").async_database_url == used


def test_a_key_is_made_beside_the_sqlite_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without SECRET_KEY one is made beside the file, for its owner alone, and used again."""
    environment.delenv("SECRET_KEY")
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    key = Settings.read("http").secret_key()
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "x.db.key").stat().st_mode) == 0o600
    assert Settings.read("http").secret_key() == key


def test_a_key_that_is_not_whole_seals_nothing(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty key file, as a crash may leave one, stops the start instead of sealing codes with nothing."""
    environment.delenv("SECRET_KEY")
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    (tmp_path / "x.db.key").write_text("")
    found = problem()
    assert (found.name, found.problem) == ("SECRET_KEY", "in x.db.key is not whole")


@pytest.mark.parametrize(
    ("name", "value", "used"),
    [
        ("SLACK_BOT_TOKEN", " xoxb-1-a\n", "xoxb-1-a"),
        ("SLACK_SIGNING_SECRET", "abc\r\n", "abc"),
        ("PERSONACLICK_SHOP_SECRET", "\tabc ", "abc"),
        ("SECRET_KEY", f"{'k' * 32}\n", "k" * 32),
    ],
)
def test_spaces_around_a_value_do_not_count(environment: pytest.MonkeyPatch, name: str, value: str, used: str) -> None:
    """A value that was pasted with a line break is the value without it."""
    environment.setenv(name, value)
    settings = Settings.read("http")
    field = "secret_key_text" if name == "SECRET_KEY" else name.lower()
    assert getattr(settings, field).get_secret_value() == used


def test_a_dotenv_file_that_is_no_text(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A .env in another encoding is named."""
    (tmp_path / ".env").write_bytes("PORT=3000".encode("utf-16"))
    assert problem().name == ".env"


def test_postgres_needs_a_key(environment: pytest.MonkeyPatch) -> None:
    """With Postgres the key has to be given: a dyno's disk is lost."""
    environment.delenv("SECRET_KEY")
    environment.setenv("DATABASE_URL", "postgres://u:p@h/d")
    found = problem()
    assert (found.name, found.problem) == ("SECRET_KEY", "is missing")


def test_lists_of_words(environment: pytest.MonkeyPatch) -> None:
    """Comma-separated settings are tuples."""
    environment.setenv("UPLOADERS", "U1, S2 ,")
    environment.setenv("SLACK_FILE_HOSTS", "files.slack.com,127.0.0.1:9000")
    settings = Settings.read("http")
    assert settings.uploaders == ("U1", "S2")
    assert settings.slack_file_hosts == ("files.slack.com", "127.0.0.1:9000")


def test_no_secret_shows_in_a_printed_setting() -> None:
    """Printing the settings shows no secret, and every secret is known to the log."""
    settings = Settings.read("http")
    assert not any(value in repr(settings) for value in ("xoxb-1", "xapp-1", "topsecret", "k" * 32))
    assert set(settings.secrets()) == {"xoxb-1", "xapp-1", "s" * 32, "topsecret", "k" * 32}


def test_a_dotenv_file_is_read(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A local .env serves like the environment."""
    environment.delenv("SLACK_BOT_TOKEN")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-from-file\n")
    assert Settings.read("http").slack_bot_token.get_secret_value() == "xoxb-from-file"


def test_everything_missing_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    """An empty environment is told all it lacks in one go; malformed settings are told with it."""
    for name in GOOD:
        environment.delenv(name)
    environment.setenv("MAX_CODES", "fifty")
    environment.setenv("DATABASE_URL", "postgres://u:p@h/d")
    found = problem("socket")
    assert [(one.name, one.problem) for one in (found, *found.more)] == [
        ("MAX_CODES", "is not a whole number"),
        ("SLACK_BOT_TOKEN", "is missing"),
        ("SLACK_APP_TOKEN", "is missing"),
        ("PERSONACLICK_SHOP_ID", "is missing"),
        ("PERSONACLICK_SHOP_SECRET", "is missing"),
        ("SECRET_KEY", "is missing"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MAX_FILE_MB", "fifty", "is not a whole number"),
        ("MAX_FILE_MB", "1.5", "is not a whole number"),
        ("MAX_FILE_MB", "0", "is less than 1"),
        ("PERSONACLICK_BATCH_SIZE", "100001", "is more than 100,000"),
        ("PERSONACLICK_TIMEOUT_S", "soon", "is not a number"),
        ("READING_EVERY_MINUTES", "nan", "is not a number"),
        ("PERSONACLICK_TIMEOUT_S", "0", "is not more than 0"),
    ],
)
def test_numbers_in_plain_words(environment: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    """What is wrong with a number is said in words an engineer need not look up, with an example."""
    environment.setenv(name, value)
    found = problem()
    assert (found.name, found.problem) == (name, said)
    assert "such as" in found.then


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("UPLOADER", "UPLOADERS"),
        ("UPLODERS", "UPLOADERS"),
        ("UPLOADER_IDS", "UPLOADERS"),
        ("SLACK_UPLOADERS", "UPLOADERS"),
        ("APPROVALS_OVER", "APPROVAL_OVER"),
        ("APPROVE_OVER", "APPROVAL_OVER"),
        ("UPLOADERS_GROUP", "UPLOADERS"),
        ("APPROVAL_LIMIT", "APPROVAL_OVER"),
    ],
)
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_misspelt_door_refuses_the_start(
    environment: pytest.MonkeyPatch, tmp_path: Path, where: str, name: str, meant: str
) -> None:
    """A misspelt name that would leave open what somebody meant to close stops the start."""
    if where == ".env":
        (tmp_path / ".env").write_text(f"{name}=U1\n")
    else:
        environment.setenv(name, "U1")
    found = problem()
    assert (found.name, found.problem) == (name, f"is no setting, and {meant} is not set")
    environment.setenv(meant, "U1" if meant == "UPLOADERS" else "5")
    Settings.read("http")


def test_other_misspelt_names_are_named(environment: pytest.MonkeyPatch) -> None:
    """A misspelt name that opens no door is named, and what is foreign is let be."""
    for name in ("MAX_CODE", "SLACK_SIGNING_SECRETS", "EDITOR", "HEROKU_APP_NAME", "SHOPPING_CART_API_KEY"):
        environment.setenv(name, "5")
    environment.delenv("SLACK_SIGNING_SECRET")
    environment.delenv("SLACK_APP_TOKEN")
    assert Settings.misspelt() == {"MAX_CODE": "MAX_CODES", "SLACK_SIGNING_SECRETS": "SLACK_SIGNING_SECRET"}
    assert problem().problem == "is missing, but SLACK_SIGNING_SECRETS is set"


def test_the_end_of_a_name_is_taken_for_it(environment: pytest.MonkeyPatch) -> None:
    """SHOP_ID is named where PERSONACLICK_SHOP_ID is missing; so are SHOP_SECRET and BOT_TOKEN."""
    whole = ("PERSONACLICK_SHOP_ID", "PERSONACLICK_SHOP_SECRET", "SLACK_BOT_TOKEN")
    for name in whole:
        environment.delenv(name)
        environment.setenv(name.partition("_")[2], "5")
    with pytest.raises(SettingsError) as found:
        Settings.read("http")
    told = {one.name: one.problem for one in (found.value, *found.value.more)}
    assert told == {name: f"is missing, but {name.partition('_')[2]} is set" for name in whole}


@pytest.mark.parametrize("mode", ["http", "socket", "migrate"])
def test_a_dyno_needs_a_database(environment: pytest.MonkeyPatch, mode: str) -> None:
    """On Heroku SQLite is refused, with the command that adds a database."""
    environment.setenv("DYNO", "worker.1")
    found = problem(mode)
    assert (found.name, found.problem) == ("DATABASE_URL", "names a file, and a dyno loses its disk at every restart")
    assert found.then == "Add a database: heroku addons:create heroku-postgresql:essential-0"


def test_approval_can_be_off(environment: pytest.MonkeyPatch) -> None:
    """APPROVAL_OVER is a number of codes, or off."""
    for value, used in (("off", None), ("", None), ("0", 0), ("10000", 10_000)):
        environment.setenv("APPROVAL_OVER", value)
        assert Settings.read("http").approval_over == used


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, (2_000_000, None)),
        ({"DYNO": "worker.1"}, (1_000_000, 320)),
        ({"DYNO": "worker.1", "DYNO_RAM": "512", "MAX_CODES": "1500000"}, (1_500_000, 320)),
        ({"DYNO": "worker.1", "DYNO_RAM": "1024"}, (2_000_000, None)),
    ],
)
def test_what_fits_a_dyno_is_the_default_there(
    environment: pytest.MonkeyPatch, values: dict[str, str], found: tuple[int, int | None]
) -> None:
    """A dyno of 512 MB has fewer codes by default and room for one check at a time; a larger one has all."""
    environment.delenv("DYNO_RAM", raising=False)
    environment.setenv("DATABASE_URL", "postgres://u:p@db.example/d")
    for name, value in values.items():
        environment.setenv(name, value)
    settings = Settings.read("http")
    assert (settings.max_codes, settings.check_mb) == found


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_around_a_value_are_no_part_of_it(environment: pytest.MonkeyPatch, quote: str) -> None:
    """`docker run --env-file` hands on the quotes of `.env`."""
    environment.setenv("CONTACT", f"{quote}Anna in IT{quote}")
    assert Settings.read("http").contact == "Anna in IT"
