"""What is said of a setting that is missing, malformed or misspelt: never its value, which may be a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from pydantic import ValidationError

from bot.errors import SettingsError

_STORE = "Find it in PersonaClick, Account > Settings > Store Settings"
_APP = "Find it at api.slack.com/apps"
THEN = {
    "SLACK_BOT_TOKEN": f"{_APP}, OAuth & Permissions: Bot User OAuth Token (xoxb-…).",
    "SLACK_APP_TOKEN": f"{_APP}, Basic Information: App-Level Tokens, with connections:write (xapp-…).",
    "SLACK_SIGNING_SECRET": f"{_APP}, Basic Information: Signing Secret.",
    "PERSONACLICK_SHOP_ID": f"{_STORE}.",
    "PERSONACLICK_SHOP_SECRET": f"{_STORE}.",
    "SHOPS": f'{_STORE}; write {{"name": {{"shop_id": "…", "shop_secret": "…"}}}}.',
    "SECRET_KEY": "Make up 32 characters or more once (openssl rand -hex 32), and keep them.",
    "SECRET_KEY_BEFORE": "Write the key that SECRET_KEY was until now.",
    "DATABASE_URL": "Write sqlite:///file.db, or the postgres://… address your database came with.",
    "SLACK_FILE_HOSTS": "Write host or host:port, comma separated, without https://.",
    "SLACK_API_URL": "Write https://slack.com/api/, or leave it out.",
    "PERSONACLICK_API_URL": "Write https://api.personaclick.com, or leave it out.",
    "ALERTS_CHANNEL": "Write the channel's id (C…); Slack shows it at the end of View channel details.",
    "APPROVAL_OVER": "Write a number of codes, such as 10000, or off.",
    "CONTACT": "Write a user id (U…), a user-group id (S…) or a few words.",
    "UPLOADERS": "Write user ids (U…, Copy member ID) and user-group ids (S…, Copy group ID), comma separated.",
    "LOG_LEVEL": "Write INFO, or leave it out.",
    "LOG_FORMAT": "Write text or json, or leave it out.",
    "PERSONACLICK_BATCH_SIZE": "Write a whole number of codes, such as 5000.",
    "PERSONACLICK_REQUESTS_PER_MINUTE": "Write a whole number, such as 40; 0 means no limit.",
    "PERSONACLICK_TIMEOUT_S": "Write a number of seconds, such as 30.",
    "PERSONACLICK_SETTLE_S": "Write a number of seconds, such as 90.",
    "MAX_FILE_MB": "Write a whole number of megabytes, such as 50.",
    "MAX_CODES": "Write a whole number of codes, such as 2000000.",
    "UNDO_HOURS": "Write a number of hours, such as 24.",
    "READING_EVERY_MINUTES": "Write a number of minutes, such as 5 or 0.5.",
    "PORT": "Write a whole number, such as 3000.",
}
# Misspelt, these leave open what somebody meant to close.
DOORS = ("UPLOADERS", "APPROVAL_OVER")
_DOORS_BEGIN = {"UPLOADERS": "UPLOADER", "APPROVAL_OVER": "APPROVAL_"}
_ALIKE = 0.84
# https://docs.slack.dev/authentication/tokens
_KINDS = {
    "xoxb-": "the bot's token, which belongs into SLACK_BOT_TOKEN",
    "xapp-": "an app-level token, which belongs into SLACK_APP_TOKEN",
    "xoxp-": "a person's token",
    "xoxe": "a token that expires",
    "xoxc-": "a browser's token",
    "xoxd-": "a browser's token",
}


def kind_of_token(value: str) -> str:
    """What a token is instead, told by how it begins; empty when that does not tell."""
    return next((f": it is {what}" for begins, what in _KINDS.items() if value.startswith(begins)), "")


def missing(name: str, strange: Iterable[str] = ()) -> SettingsError:
    """A setting that is not there; `strange` are names that are there and mean nothing."""
    near = next((found for found in strange if meant_by(found, (name,))), None)
    return SettingsError(name, f"is missing, but {near} is set" if near else "is missing", THEN[name])


def all_together(errors: Iterable[SettingsError]) -> None:
    """Raises the first of `errors`, with the others in it; nothing when there are none."""
    if found := list(errors):
        found[0].more = tuple(found[1:])
        raise found[0]


def malformed(error: ValidationError) -> list[SettingsError]:
    """What is wrong, a setting each, in plain words."""
    wrong: dict[str, SettingsError] = {}
    for found in error.errors(include_input=False, include_url=False):
        name = str(found["loc"][0]).upper() if found["loc"] else "SETTINGS"
        wrong.setdefault(name, SettingsError(name, _problem(found), THEN.get(name, "See the settings in the README.")))
    return list(wrong.values())


def _problem(found: Mapping[str, Any]) -> str:
    limits = found.get("ctx", {})
    match found["type"]:
        case "int_parsing" | "int_from_float" | "int_type" | "int_parsing_size":
            return "is not a whole number"
        case "float_parsing" | "float_type" | "finite_number":
            return "is not a number"
        case "greater_than_equal":
            return f"is less than {_plain(limits['ge'])}"
        case "greater_than":
            return f"is not more than {_plain(limits['gt'])}"
        case "less_than_equal":
            return f"is more than {_plain(limits['le'])}"
        case "string_too_long":
            return f"is longer than {limits['max_length']} characters"
    return str(found["msg"]).removeprefix("Value error, ")


def _plain(limit: float) -> str:
    return f"{limit:,.0f}" if limit == int(limit) else f"{limit:,}"


def meant_by(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that a misspelt name is most like; None when it is like none of them."""
    upper = name.upper()
    likeness = {one: _likeness(upper, one) for one in known}
    ends = [one for one in likeness if "_" in upper and one.endswith(f"_{upper}")]
    for one in likeness:
        opens = one in DOORS and (upper.endswith(f"_{one}") or upper.startswith(_DOORS_BEGIN[one]))
        if opens or ends == [one]:
            likeness[one] = 1.0
    best = max(likeness, key=lambda one: likeness[one], default=None)
    return best if best is not None and likeness[best] >= _ALIKE else None


def _likeness(name: str, one: str) -> float:
    """From 0 to 1; 0 as well where lengths and letters alone show that the names are not alike, as of most."""
    matcher = SequenceMatcher(None, name, one, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE <= matcher.quick_ratio() else 0.0


def misspelt(names: Iterable[str], known: frozenset[str]) -> dict[str, str]:
    """Of `names` those that are no setting but nearly one, each with the setting that is meant and not set."""
    upper = {name.upper() for name in names}
    unset = known - upper
    found = {name: meant_by(name, unset) for name in sorted(upper - known)}
    return {name: meant for name, meant in found.items() if meant is not None}
