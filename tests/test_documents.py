"""The README, CONTRIBUTING and what a deployment reads, compared with the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.listeners.words import COMMANDS
from bot.settings.settings import KNOWN, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def table(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    rows = README.partition(f"# {heading}\n")[2].partition("|---")[2].splitlines()[1:]
    last = next((number for number, row in enumerate(rows) if not row.startswith("|")), len(rows))
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[:last]]


def test_the_settings_table_has_every_setting_and_its_default() -> None:
    """The README names exactly the settings there are, with the defaults of the code."""
    told: dict[str, str] = {}
    for names, defaults, _ in table("Settings"):
        each = re.findall(r"`([^`]+)`", defaults)
        listed = re.findall(r"`([A-Z_]+)`", names)
        told |= dict(zip(listed, each or [""] * len(listed), strict=True))
    assert set(told) == KNOWN
    for name, field in Settings.model_fields.items():
        shown = told.get(name.upper(), "")
        if shown and shown != "off":
            assert str(field.default) == shown, name


def test_the_commands_table_has_every_command() -> None:
    """The README names exactly the words that can be typed."""
    told = {word.split()[0] for typed, _ in table("What can be typed") for word in re.findall(r"`(\w[^`]*)`", typed)}
    assert told == {command.word for command in COMMANDS}


def test_app_json_fits_the_settings_and_the_procfile() -> None:
    """Heroku asks only for settings there are, starts the processes of the Procfile, and web and worker never both."""
    app = json.loads((ROOT / "app.json").read_text())
    assert set(app["env"]) <= KNOWN
    assert {name: about["quantity"] for name, about in app["formation"].items()} == {"worker": 1, "web": 0}
    assert set(PROCFILE) == {"release", *app["formation"]}
    asked = [name for name, about in app["env"].items() if about.get("required", True) and "value" not in about]
    assert [name for name in asked if app["env"][name].get("generator") != "secret"] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "PERSONACLICK_SHOP_ID",
        "PERSONACLICK_SHOP_SECRET",
    ]


def test_the_container_runs_what_the_procfile_runs() -> None:
    """The Dockerfile installs what Heroku installs, runs the same command, and not as root."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines[-1] == f"CMD {json.dumps(PROCFILE['worker'].split())}"
    assert any("--require-hashes -r requirements.txt" in line for line in lines)
    assert "USER 10001" in lines
    version = (ROOT / ".python-version").read_text().strip()
    assert f"FROM python:{version}-slim" in lines


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_files_that_are_named_exist(document: str) -> None:
    """Every path a document names is there, and no document speaks of an address of a package registry."""
    text = (ROOT / document).read_text()
    named = re.findall(r"`((?:bot|tests|docs|\.ci)/[\w./-]+)`|\]\((docs/[^)]+)\)|src=\"(docs/[^\"]+)\"", text)
    paths = {path.rstrip("/") for groups in named for path in groups if path}
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("requirements", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_have_hashes_and_no_registry(requirements: str) -> None:
    """Each package is pinned with hashes, and no line says where from."""
    text = (ROOT / requirements).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert all("--hash=" in part for part in re.split(r"\n(?=[a-z])", text) if "==" in part.partition("\n")[0])
