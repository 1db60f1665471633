"""Who may use the bot: full members of its own workspace, outside channels shared with others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed
from bot.slack.client import needed
from bot.slack.retry import pause_after

# How long a yes of Slack is believed where only the person reads the answer.
BELIEVED_S = 300.0
MAX_BELIEFS = 20_000
# Whoever waits is told after so long that Slack does not say who they are.
ANSWERED_WITHIN_S = 10.0
# Slack calls Slackbot no bot; https://docs.slack.dev/reference/objects/user-object
SLACKBOT = "USLACKBOT"

Found = dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Belief:
    at: float
    value: Found


class People:
    """Asks Slack who somebody is; unknown means no. `uploaders` are user ids and user-group ids, empty for all."""

    def __init__(
        self, web: AsyncWebClient, uploaders: Sequence[str] = (), *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._web = web
        self._uploaders = tuple(uploaders)
        self._clock = clock
        self._beliefs: dict[tuple[str, str], _Belief] = {}
        self._team = ""

    async def check(
        self, user: str, channel: str, *, uploads: bool = False, shows: bool = False, patient: bool = False
    ) -> None:
        """Raises NotAllowed unless the person may use the bot in that channel, and load codes if `uploads`.

        `shows` says that everybody in the channel will see the answer. What moves codes or is shown to others asks
        Slack afresh; a no is never believed, so that somebody just invited or added is let in at once. Where nobody
        waits for the answer, `patient` waits for Slack as long as it asks.
        """
        try:
            async with asyncio.timeout(None if patient else ANSWERED_WITHIN_S):
                await self._check(user, channel, uploads, shows)
        except TimeoutError:
            raise NotAllowed("unknown") from None

    async def _check(self, user: str, channel: str, uploads: bool, shows: bool) -> None:
        afresh = uploads or shows
        if not user:
            raise NotAllowed("unclear")
        home = await self._home()
        await self._require("users.info", user, lambda found: person_refusal(found, home), afresh)
        # Only the person sees an answer in a direct message (D…), unless it `shows`.
        if channel and not channel.startswith(("D", "U")):
            await self._require("conversations.info", channel, lambda found: place_refusal(found, home), afresh)
        if shows and channel.startswith("D"):
            await self._require("conversations.open", user, lambda found: _direct_refusal(found, channel), afresh)
        if uploads and self._uploaders and user not in self._uploaders and not await self._in_a_group(user):
            raise NotAllowed("not_uploader", self._uploaders)

    def believes(self, user: str) -> bool:
        """Whether Slack said within the last five minutes that this is a member; nothing is asked."""
        belief = self._beliefs.get(("users.info", user))
        young = belief is not None and self._clock() - belief.at <= BELIEVED_S
        return belief is not None and young and not person_refusal(belief.value, self._team)

    async def _home(self) -> str:
        if not self._team:
            try:
                self._team = str(needed(await self._web.auth_test(), "team_id"))
            except (SlackApiError, aiohttp.ClientError, OSError):
                raise NotAllowed("unknown") from None
        return self._team

    async def _in_a_group(self, user: str) -> bool:
        groups = [uploader for uploader in self._uploaders if uploader.startswith("S")]
        for group in groups:
            found = await self._ask("usergroups.users.list", group)
            if user in ((found or {}).get("users") or ()):
                return True
        return False

    async def _require(self, method: str, about: str, refusal: Callable[[Found], str], afresh: bool) -> None:
        belief = self._beliefs.get((method, about))
        young = belief is not None and self._clock() - belief.at <= BELIEVED_S
        if belief is not None and young and not afresh and not refusal(belief.value):
            return
        found = await self._ask(method, about)
        if len(self._beliefs) >= MAX_BELIEFS:
            self._beliefs.clear()
        self._beliefs[method, about] = _Belief(self._clock(), found)
        if why := refusal(found):
            raise NotAllowed(why)

    async def _ask(self, method: str, about: str) -> Found:
        """Slack's answer; None when Slack knows nothing of it. Raises NotAllowed when Slack does not answer."""
        try:
            match method:
                case "users.info":
                    answer = await self._web.users_info(user=about)
                case "conversations.info":
                    answer = await self._web.conversations_info(channel=about)
                case "conversations.open":
                    answer = await self._web.conversations_open(users=about)
                case _:
                    answer = await self._web.usergroups_users_list(usergroup=about)
        except SlackApiError as error:
            if pause_after(error, 1) is None:
                return None
            raise NotAllowed("unknown") from None
        except (aiohttp.ClientError, OSError):
            raise NotAllowed("unknown") from None
        return answer.data if isinstance(answer.data, dict) else None


def person_refusal(found: Found, home: str) -> str:
    """Why the person of a users.info answer may not use the bot of the workspace `home`; empty when they may.

    On Enterprise Grid `team_id` may name another of the person's workspaces, or the organisation; `teams` and
    `enterprise_user.teams` name all of them. https://docs.slack.dev/reference/objects/user-object
    """
    person = _dict((found or {}).get("user"))
    if not person or not _no(person, "deleted"):
        return "unclear"
    if person.get("id") == SLACKBOT or not all(_no(person, flag) for flag in ("is_bot", "is_workflow_bot")):
        return "bot"
    if not _no(person, "is_connector_bot"):
        return "bot"
    teams = {person.get("team_id"), *_texts(person.get("teams"))}
    teams.update(_texts(_dict(person.get("enterprise_user")).get("teams")))
    if not _no(person, "is_stranger") or home not in teams:
        return "stranger"
    flags = [person.get("is_restricted"), person.get("is_ultra_restricted")]
    if any(flag is True for flag in flags):
        return "guest"
    # What Slack does not plainly say is no permission.
    return "" if all(flag is False for flag in flags) else "unclear"


def place_refusal(found: Found, home: str) -> str:
    """Why nothing is said in the place of a conversations.info answer; empty when it is of one company only.

    A channel shared across the workspaces of one organisation (`is_org_shared`) stays inside.
    https://docs.slack.dev/reference/objects/conversation-object
    """
    if found is None:
        return "not_member"
    place = _dict(found.get("channel"))
    coming = [place.get(teams) not in (None, [], [""]) for teams in ("pending_shared", "pending_connected_team_ids")]
    others = set(_texts(place.get("connected_team_ids"))) - set(_texts(place.get("internal_team_ids"))) - {home}
    strangers = others and place.get("is_org_shared") is not True
    if place.get("is_ext_shared") is True or not _no(place, "is_pending_ext_shared") or any(coming) or strangers:
        return "shared_channel"
    return "" if place.get("is_ext_shared") is False else "unclear_place"


def _direct_refusal(found: Found, channel: str) -> str:
    """In any direct messages but the person's own with the bot there may be a stranger at the other end."""
    return "" if _dict((found or {}).get("channel")).get("id") == channel else "not_member"


def _no(about: dict[str, Any], flag: str) -> bool:
    return about.get(flag) is None or about.get(flag) is False


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
