"""The Slack app manifest. `.ci/schemas.py` compares it with Slack's own schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.listeners.routes import COMMANDS, EVENTS, SHORTCUTS
from bot.manifest import SCOPES, manifest
from bot.slack.blocks import ids
from bot.stand_ins.slack.api import SCOPES as METHOD_SCOPES

ROOT = Path(__file__).parent.parent


def test_the_file_is_what_the_command_prints() -> None:
    """manifest.yml is the manifest for Socket Mode."""
    assert yaml.safe_load((ROOT / "manifest.yml").read_text()) == manifest()


def test_http_has_its_addresses_and_no_socket() -> None:
    """With an address every request goes to it, and Socket Mode is off."""
    made = manifest("https://promo.example.com/")
    address = "https://promo.example.com/slack/events"
    found: dict[str, Any] = made["settings"]
    assert found["event_subscriptions"]["request_url"] == address
    assert found["interactivity"] == {
        "is_enabled": True,
        "request_url": address,
        "message_menu_options_url": address,
    }
    assert [one["url"] for one in made["features"]["slash_commands"]] == [address] * 3
    assert found["socket_mode_enabled"] is False


def test_it_names_exactly_what_the_bot_answers() -> None:
    """Commands, events and shortcuts of the manifest are those of the routing table."""
    made = manifest()
    assert {one["command"] for one in made["features"]["slash_commands"]} == set(COMMANDS)
    assert [one["callback_id"] for one in made["features"]["shortcuts"]] == list(SHORTCUTS) == [ids.SHORTCUT]
    assert {name.partition(".")[0] for name in made["settings"]["event_subscriptions"]["bot_events"]} == set(EVENTS)


# What Slack asks for to hand over an event; https://docs.slack.dev/reference/events
EVENT_SCOPES = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
    "message.im": "im:history",
}
# conversations.info and .members need these, too, where the channel is private or a group message.
PRIVATE = {"groups:read", "mpim:read"}


def test_its_scopes_are_those_the_code_needs() -> None:
    """Every scope is needed by a method the code calls, an event or a command, and none of these lacks its scope."""
    code = "\n".join(
        path.read_text()
        for room in ("slack", "listeners", "work", "operating")
        for path in sorted((ROOT / "bot" / room).rglob("*.py"))
    )
    called = {method for method in METHOD_SCOPES if f".{method.replace('.', '_')}" in code}
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    needed = {METHOD_SCOPES[method] for method in called} | {EVENT_SCOPES[event] for event in subscribed}
    assert needed - {None} | PRIVATE | {"commands"} == set(SCOPES)
    assert not {scope for scope in SCOPES if scope.endswith(":history")} - {"im:history"}


def test_the_readme_gives_the_reason_of_each_scope() -> None:
    """An administrator reads in the README what each scope is for, in the words of the code."""
    readme = (ROOT / "README.md").read_text()
    assert [scope for scope, reason in SCOPES.items() if f"| `{scope}` | {reason} |" not in readme] == []
