"""What `check` asks of Slack: who the bot is, its scopes, the places and people that settings name. Nothing is sent."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import SCOPES
from bot.operating.lines import Line, ok, stops, wrong
from bot.settings import Settings
from bot.settings.words import THEN
from bot.slack.retry import error_code

# Slack's signatures are good for five minutes; a clock so far off will soon be further.
CLOCK_OFF_S = 60.0
WITHIN_S = 10
AWAY = (aiohttp.ClientError, OSError, TimeoutError)


async def lines(settings: Settings, now: Callable[[], float] = time.time, *, only: str = "") -> AsyncIterator[Line]:
    """A line for each thing Slack was asked; `only` a token's name asks about that token alone."""
    web = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=WITHIN_S,
        retry_handlers=[],
    )
    known = False
    if settings.slack_bot_token.get_secret_value() and only in ("", "SLACK_BOT_TOKEN"):
        async for line, good in _bot_token(web, now):
            known = known or good
            yield line
    if (token := settings.slack_app_token.get_secret_value()) and only in ("", "SLACK_APP_TOKEN"):
        yield await _app_token(web, token)
    if known and not only:
        if settings.alerts_channel:
            yield await _channel(web, settings.alerts_channel)
        for name, ids in (("UPLOADERS", settings.uploaders), ("CONTACT", _ids(settings.contact))):
            for someone in ids:
                yield await _someone(web, name, someone)


def _ids(contact: str) -> tuple[str, ...]:
    """The id in CONTACT, when it is one and not a few words."""
    looks = contact[:1] in "USW" and contact.isalnum() and contact.isupper() and len(contact) > 6
    return (contact,) if looks else ()


async def _bot_token(web: AsyncWebClient, now: Callable[[], float]) -> AsyncIterator[tuple[Line, bool]]:
    name = "SLACK_BOT_TOKEN"
    try:
        answer: Any = await web.auth_test()
    except SlackApiError as error:
        word = error_code(error)
        said = f"is refused by Slack ({word})" if word else "got an answer that is not Slack's"
        yield wrong(name, said, THEN[name] if word else THEN["SLACK_API_URL"]), False
        return
    except AWAY as error:
        yield _unreachable(web, error), False
        return
    yield ok("Slack", f"{answer.get('team', '?')}, as {answer.get('user', '?')}"), True
    headers = {key.lower(): value for key, value in answer.headers.items()}
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    for scope in [scope for scope in SCOPES if given and scope not in given]:
        fix = "Bring the app's manifest up to date (python -m bot manifest) and install it again."
        yield wrong("scope", f"{scope} is missing: {SCOPES[scope]}", fix), True
    if given >= set(SCOPES):
        yield ok("scopes", f"all {len(SCOPES)}"), True
    elif not given:
        yield wrong("scopes", "Slack does not name them", "Compare them with python -m bot manifest."), True
    if extra := sorted(given - set(SCOPES)):
        yield ok("scopes", f"more than the bot needs: {', '.join(extra)}"), True
    yield _clock(headers.get("date", ""), now), True


def _clock(date: str, now: Callable[[], float]) -> Line:
    try:
        off_s = now() - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return ok("clock", "Slack does not tell the time")
    if abs(off_s) <= CLOCK_OFF_S:
        return ok("clock", "agrees with Slack's")
    said = f"is {abs(off_s):,.0f} seconds {'ahead of' if off_s > 0 else 'behind'} Slack's"
    return wrong("clock", said, "Set it by the network (NTP); Slack's requests are refused when it is 5 minutes off.")


def _unreachable(web: AsyncWebClient, error: Exception) -> Line:
    return wrong("SLACK_API_URL", f"{web.base_url} cannot be reached ({type(error).__name__})", THEN["SLACK_API_URL"])


async def _app_token(web: AsyncWebClient, token: str) -> Line:
    name = "SLACK_APP_TOKEN"
    try:
        # This makes an address; nothing is connected to it.
        await web.apps_connections_open(app_token=token)
    except SlackApiError as error:
        word = error_code(error)
        fix = "Give the token connections:write." if word == "missing_scope" else THEN[name]
        return stops(name, f"is refused by Slack ({word or 'an answer that is not its own'})", fix)
    except AWAY as error:
        return _unreachable(web, error)
    return ok(name, "Slack would open a connection")


async def _channel(web: AsyncWebClient, channel: str) -> Line:
    name = "ALERTS_CHANNEL"
    try:
        answer: Any = await web.conversations_info(channel=channel)
    except SlackApiError as error:
        word = error_code(error)
        fix = "Invite the bot there: /invite @Promo codes" if word == "channel_not_found" else THEN[name]
        return wrong(
            name, f"{channel} is not known to Slack ({word})", f"{THEN[name]} {fix}" if fix != THEN[name] else fix
        )
    except AWAY as error:
        return _unreachable(web, error)
    found = answer.get("channel") or {}
    where = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return wrong(name, f"{where} is archived", "Choose another channel.")
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        return wrong(name, f"{where} is shared with another company", "Choose a channel of your own.")
    if not found.get("is_member"):
        return wrong(name, f"the bot is not in {where}", "Type there: /invite @Promo codes")
    return ok(name, where)


async def _someone(web: AsyncWebClient, name: str, someone: str) -> Line:
    try:
        if someone.startswith("S"):
            groups: Any = await web.usergroups_list(include_disabled=True)
            group = next((found for found in groups.get("usergroups") or () if found.get("id") == someone), None)
            if group is None:
                return wrong(name, f"there is no user group {someone}", THEN[name])
            if group.get("date_delete"):
                return wrong(name, f"the user group {someone} is disabled", THEN[name])
            return ok(name, f"@{group.get('handle', someone)}")
        answer: Any = await web.users_info(user=someone)
    except SlackApiError as error:
        return wrong(name, f"{someone} is not known to Slack ({error_code(error)})", THEN[name])
    except AWAY as error:
        return _unreachable(web, error)
    user = answer.get("user") or {}
    if user.get("deleted"):
        return wrong(name, f"{someone} is deactivated", THEN[name])
    if name == "UPLOADERS" and (user.get("is_restricted") or user.get("is_bot")):
        return wrong(name, f"{someone} is no full member, and may not load codes", THEN[name])
    return ok(name, f"@{user.get('name', someone)}")
