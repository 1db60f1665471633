"""The Slack app manifest. `.ci/schemas.py` compares it with Slack's own schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.listeners.routes import COMMANDS, EVENTS, SHORTCUTS
from bot.manifest import manifest
from bot.slack.blocks import ids

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
