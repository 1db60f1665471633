"""What `check` asks of Slack: who the bot is, its scopes, the places and people that settings name. Nothing is sent."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import SCOPES
from bot.operating.lines import Line, ok, stops, wrong
from bot.settings import Settings
from bot.settings.words import THEN
from bot.slack.retry import TRANSIENT, error_code

# Slack's signatures are good for five minutes; a clock so far off will soon be further.
CLOCK_OFF_S = 60.0
WITHIN_S = 10
REINSTALL = "Bring the app's manifest up to date (python -m bot manifest) and install it again."
# An app-level token names its app; https://docs.slack.dev/authentication/tokens
APP = re.compile(r"xapp-\d-(A[A-Z0-9]+)-")
AWAY = (aiohttp.ClientError, OSError, TimeoutError)


async def lines(settings: Settings, now: Callable[[], float] = time.time, *, only: str = "") -> AsyncIterator[Line]:
    """A line for each thing Slack was asked; `only` a token's name asks about that token alone."""
    web = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=WITHIN_S,
        retry_handlers=[],
    )
    bot: Any = None
    if settings.slack_bot_token.get_secret_value() and only in ("", "SLACK_BOT_TOKEN"):
        bot = await _asked(web, "SLACK_BOT_TOKEN", web.auth_test())
        for line in [bot] if isinstance(bot, Line) else _bot(bot, now):
            yield line
    if (token := settings.slack_app_token.get_secret_value()) and only in ("", "SLACK_APP_TOKEN"):
        yield await _app_token(web, token, bot)
    if bot is None or isinstance(bot, Line) or only:
        return
    if settings.alerts_channel:
        yield await _channel(web, settings.alerts_channel)
    for name, ids in (("UPLOADERS", settings.uploaders), ("CONTACT", _ids(settings.contact))):
        for someone in ids:
            yield await _someone(web, name, someone, str(bot.get("team_id", "")))


def _ids(contact: str) -> tuple[str, ...]:
    """The id in CONTACT, when it is one and not a few words."""
    looks = contact[:1] in "USW" and contact.isalnum() and contact.isupper() and len(contact) > 6
    return (contact,) if looks else ()


async def _asked(web: AsyncWebClient, name: str, answer: Awaitable[Any], refused: str = "is refused by Slack") -> Any:
    """What Slack answered, or the line that says why it did not."""
    try:
        return await answer
    except SlackApiError as error:
        word = error_code(error)
    except AWAY as error:
        said = f"{web.base_url} cannot be reached ({type(error).__name__})"
        return wrong("SLACK_API_URL", said, THEN["SLACK_API_URL"])
    if not word:
        return wrong("SLACK_API_URL", f"{web.base_url} gives no answer of Slack's", THEN["SLACK_API_URL"])
    if word in TRANSIENT:
        return wrong("Slack", f"is too busy to answer ({word})", "Run this again in a minute.")
    if word == "missing_scope":
        return wrong(name, "cannot be looked up: a scope is missing", REINSTALL)
    return wrong(name, f"{refused} ({word})", THEN[name])


def _bot(answer: Any, now: Callable[[], float]) -> Iterator[Line]:
    """Who the bot is, its scopes and Slack's time."""
    yield ok("Slack", f"{answer.get('team', '?')}, as {answer.get('user', '?')}")
    headers = {key.lower(): value for key, value in answer.headers.items()}
    given = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    if not given:
        yield ok("scopes", "Slack does not name them here; python -m bot manifest does")
    elif given >= set(SCOPES):
        yield ok("scopes", f"all {len(SCOPES)}")
    for scope in [scope for scope in SCOPES if given and scope not in given]:
        yield wrong("scope", f"{scope} is missing: {SCOPES[scope]}", REINSTALL)
    if extra := sorted(given - set(SCOPES)):
        yield ok("scopes", f"more than the bot needs: {', '.join(extra)}")
    yield _clock(headers.get("date", ""), now)


def _clock(date: str, now: Callable[[], float]) -> Line:
    try:
        off_s = now() - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return ok("clock", "Slack does not tell the time")
    if abs(off_s) <= CLOCK_OFF_S:
        return ok("clock", "agrees with Slack's")
    said = f"is {abs(off_s):,.0f} seconds {'ahead of' if off_s > 0 else 'behind'} Slack's"
    return wrong("clock", said, "Set it by the network (NTP); Slack's requests are refused when it is 5 minutes off.")


async def _app_token(web: AsyncWebClient, token: str, bot: Any) -> Line:
    name = "SLACK_APP_TOKEN"
    # This makes an address; nothing is connected to it.
    answer = await _asked(web, name, web.apps_connections_open(app_token=token))
    match answer:
        case Line(about="SLACK_APP_TOKEN", found=found) if "scope" in found:
            return stops(name, "has not the scope connections:write", "Make one that has it, in Basic Information.")
        case Line(about="SLACK_APP_TOKEN", found=found, fix=fix):
            return stops(name, found, fix)
        case Line():
            return answer
    theirs, mine = APP.match(token), await _app(web, bot)
    if theirs and mine and theirs[1] != mine:
        fix = "Take both tokens from the same app at api.slack.com/apps."
        return wrong(name, f"is of another app ({theirs[1]}) than SLACK_BOT_TOKEN ({mine})", fix)
    return ok(name, "Slack would open a connection")


async def _app(web: AsyncWebClient, bot: Any) -> str:
    """The id of the bot's app; empty when Slack does not tell."""
    if bot is None or isinstance(bot, Line) or not bot.get("bot_id"):
        return ""
    answer = await _asked(web, "SLACK_BOT_TOKEN", web.bots_info(bot=bot["bot_id"]))
    return "" if isinstance(answer, Line) else str((answer.get("bot") or {}).get("app_id") or "")


async def _channel(web: AsyncWebClient, channel: str) -> Line:
    name = "ALERTS_CHANNEL"
    answer = await _asked(web, name, web.conversations_info(channel=channel), f"{channel} is not known to Slack")
    if isinstance(answer, Line):
        private = "channel_not_found" in answer.found
        invite = " If it is a private channel, type there: /invite @Promo codes" if private else ""
        return replace(answer, fix=answer.fix + invite)
    found = answer.get("channel") or {}
    where = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return wrong(name, f"{where} is archived", "Choose another channel.")
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        return wrong(name, f"{where} is shared with another company", "Choose a channel of your own.")
    if not found.get("is_member"):
        return wrong(name, f"the bot is not in {where}", "Type there: /invite @Promo codes")
    return ok(name, where)


async def _someone(web: AsyncWebClient, name: str, someone: str, team: str) -> Line:
    if someone.startswith("S"):
        return await _group(web, name, someone)
    answer = await _asked(web, name, web.users_info(user=someone), f"{someone} is not known to Slack")
    if isinstance(answer, Line):
        return answer
    user = answer.get("user") or {}
    if user.get("deleted"):
        return wrong(name, f"{someone} is deactivated", THEN[name])
    other = user.get("is_stranger") or (team and user.get("team_id") not in (None, "", team))
    if name == "UPLOADERS" and (other or user.get("is_restricted") or user.get("is_bot")):
        return wrong(name, f"{someone} is no full member, and may not load codes", THEN[name])
    return ok(name, f"@{user.get('name', someone)}")


async def _group(web: AsyncWebClient, name: str, wanted: str) -> Line:
    answer = await _asked(web, name, web.usergroups_list(include_disabled=True))
    if isinstance(answer, Line):
        return answer
    group = next((found for found in answer.get("usergroups") or () if found.get("id") == wanted), None)
    if group is None:
        return wrong(name, f"there is no user group {wanted}", THEN[name])
    if group.get("date_delete"):
        return wrong(name, f"the user group {wanted} is disabled", THEN[name])
    return ok(name, f"@{group.get('handle', wanted)}")
