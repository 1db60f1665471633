"""Who may use the bot: full members of its own workspace, outside channels shared with others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed
from bot.slack.retry import patiently, pause_after

# How long an answer of Slack about a person, group or channel is believed.
BELIEVED_S = 600.0


@dataclass(frozen=True, slots=True)
class _Belief:
    at: float
    value: Any


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

    async def check(self, user: str, channel: str, *, uploads: bool = False, shows: bool = False) -> None:
        """Raises NotAllowed unless the person may use the bot in that channel, and load codes if `uploads`.

        `shows` says that everybody in the channel will see the answer.
        """
        if why := await self._person(user):
            raise NotAllowed(why)
        if channel and (why := await self._channel(channel)):
            raise NotAllowed(why)
        if shows and channel.startswith("D") and channel != await self._direct(user):
            raise NotAllowed("not_member")
        if uploads and self._uploaders and not await self._uploads(user):
            raise NotAllowed("not_uploader", self._uploaders)

    async def _person(self, user: str) -> str:
        if not user:
            return "unknown"
        found = await self._believe("users.info", user)
        person = (found or {}).get("user") or {}
        team = person.get("team_id", "")
        if not person or person.get("deleted"):
            return "unknown"
        if person.get("is_bot") or person.get("is_workflow_bot"):
            return "bot"
        if person.get("is_stranger") or team != await self._home():
            return "stranger"
        flags = [person.get("is_restricted"), person.get("is_ultra_restricted")]
        if any(flags):
            return "guest"
        # What Slack does not say is no permission.
        return "" if flags == [False, False] else "unknown"

    async def _home(self) -> str:
        if not self._team:
            self._team = str((await patiently(self._web.auth_test)).get("team_id") or "")
        return self._team

    async def _channel(self, channel: str) -> str:
        # Only the person sees an answer in a direct message (D…), unless it `shows`; the person is checked already.
        if channel.startswith(("D", "U")):
            return ""
        found = await self._believe("conversations.info", channel)
        if found is None:
            return "not_member"
        about = found.get("channel") or {}
        shared = about.get("is_ext_shared") or about.get("is_pending_ext_shared") or about.get("is_org_shared")
        return "shared_channel" if shared else ""

    async def _direct(self, user: str) -> str:
        """The person's direct messages with the bot; in any other there may be a stranger at the other end."""
        found = await self._believe("conversations.open", user)
        return str(((found or {}).get("channel") or {}).get("id") or "")

    async def _uploads(self, user: str) -> bool:
        if user in self._uploaders:
            return True
        for group in self._uploaders:
            if group.startswith("S"):
                found = await self._believe("usergroups.users.list", group)
                if user in ((found or {}).get("users") or ()):
                    return True
        return False

    async def _believe(self, method: str, about: str) -> dict[str, Any] | None:
        """Slack's answer, at most ten minutes old; None when Slack knows nothing of it."""
        belief = self._beliefs.get((method, about))
        if belief is None or self._clock() - belief.at > BELIEVED_S:
            try:
                belief = _Belief(self._clock(), await patiently(lambda: self._ask(method, about)))
            except (SlackApiError, aiohttp.ClientError, OSError):
                # Slack is in trouble: nothing is known now, and nothing is believed from it.
                return None
            self._beliefs[method, about] = belief
        found: dict[str, Any] | None = belief.value
        return found

    async def _ask(self, method: str, about: str) -> dict[str, Any] | None:
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
            raise
        data = answer.data
        return data if isinstance(data, dict) else None
