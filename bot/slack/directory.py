"""What Slack knows of people and channels beyond permission: time zones, names, and where the bot is."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

# Of 200 people each: a name is looked for no further.
PAGES_AT_MOST = 25
# A form waits for it, which Slack gives up after 3 seconds.
ZONE_WITHIN_S = 1.5
UTC = "UTC"


class Directory:
    """Asks Slack each time; what it does not tell is not known."""

    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web

    async def zone(self, user: str) -> str:
        """The name of the person's time zone, as set in Slack; UTC where Slack does not tell."""
        try:
            async with asyncio.timeout(ZONE_WITHIN_S):
                person = (await self._web.users_info(user=user)).get("user")
        except (SlackApiError, aiohttp.ClientError, OSError):
            return UTC
        return str(_dict(person).get("tz") or UTC)

    async def joined(self, channel: str) -> bool:
        """Whether the bot can post there: it is in the channel, or the channel is a direct message."""
        if channel.startswith(("D", "U")):
            return True
        try:
            found = (await self._web.conversations_info(channel=channel)).get("channel")
        except (SlackApiError, aiohttp.ClientError, OSError):
            return False
        return _dict(found).get("is_member") is True

    async def named(self, name: str) -> str:
        """The id of the one person of that name; empty when there is none, or several, or Slack does not tell."""
        wanted, found, cursor = name.casefold().strip(), set[str](), ""
        for _ in range(PAGES_AT_MOST):
            try:
                answer = await self._web.users_list(limit=200, cursor=cursor)
            except (SlackApiError, aiohttp.ClientError, OSError):
                return ""
            for person in answer.get("members") or ():
                profile = _dict(person.get("profile"))
                names = (person.get("name"), profile.get("display_name"), profile.get("real_name"))
                if wanted in {str(said or "").casefold() for said in names} and not person.get("deleted"):
                    found.add(str(person["id"]))
            cursor = str(_dict(answer.get("response_metadata")).get("next_cursor") or "")
            if not cursor:
                break
        return found.pop() if len(found) == 1 else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
