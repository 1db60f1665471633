"""The Slack app manifest: https://docs.slack.dev/reference/app-manifest"""

from __future__ import annotations

from typing import Any

# Each scope, and what it is for. No scope reads a channel's history; `im:history` is what Slack asks for to hand over
# what people write to the bot itself, in its direct messages. https://docs.slack.dev/reference/scopes
SCOPES = {
    "app_mentions:read": "a command typed after the bot's name in a channel",
    "channels:read": "whether a public channel is shared with another company",
    "chat:write": "cards, answers and alerts",
    "commands": "/promo and the shortcut Load promo codes",
    "files:read": "files dropped in a channel the bot is in",
    "files:write": "long lists and rows left out, as a file",
    "groups:read": "whether a private channel is shared with another company",
    "im:history": "a command typed to the bot in its direct messages, and nothing else",
    "im:write": "a direct message to the person who asked",
    "mpim:read": "who is in a group message",
    "reactions:write": "one sign on the file's message that follows the upload",
    "usergroups:read": "user groups named in UPLOADERS",
    "users:read": "who is a full member, and time zones",
}
_COMMANDS = [
    (
        "/promo",
        "Promo codes: lists, upload, history, alerts, bookings, help",
        "lists | list <list> | upload | history | watch <list> | need 5000 <list> | next | help",
    ),
    ("/promo-lists", "See how many promo codes each list has left", "[words]"),
    ("/promo-upload", "Load promo codes into a list", "[list]"),
]


def manifest(url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP at `url` (https://…, without a path)."""
    address = f"{url.rstrip('/')}/slack/events" if url else ""
    at: dict[str, Any] = {"url": address} if address else {}
    interactivity: dict[str, Any] = {"is_enabled": True}
    events: dict[str, Any] = {"bot_events": ["app_home_opened", "app_mention", "file_shared", "message.im"]}
    if address:
        interactivity |= {"request_url": address, "message_menu_options_url": address}
        events = {"request_url": address, **events}
    return {
        "display_information": {
            "name": "Promo codes",
            "description": "Keeps PersonaClick promo codes in stock",
            "background_color": "#2f6f4f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Promo codes", "always_online": True},
            "shortcuts": [
                {
                    "name": "Load promo codes",
                    "type": "message",
                    "callback_id": "load_promo_codes",
                    "description": "Check the files of this message and load their codes",
                }
            ],
            "slash_commands": [
                {"command": name, **at, "description": words, "usage_hint": hint, "should_escape": True}
                for name, words, hint in _COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }
