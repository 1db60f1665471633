"""Which members of a channel may use the bot."""

from __future__ import annotations

from contextlib import suppress

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed
from bot.slack.people import People

# Each is told in a message of its own; in a larger channel the first ones will do.
MAX_TOLD = 30


class Members:
    """Asks Slack who is in a channel; https://docs.slack.dev/reference/methods/conversations.members"""

    def __init__(self, web: AsyncWebClient, people: People) -> None:
        self._web = web
        self._people = people

    async def who_may_load(self, channel: str) -> list[str]:
        """Members of the channel, 30 at most, who may load codes; empty when Slack does not tell."""
        with suppress(SlackApiError, aiohttp.ClientError, OSError):
            answer = await self._web.conversations_members(channel=channel, limit=200)
            found: list[str] = []
            for member in answer.get("members") or ():
                with suppress(NotAllowed):
                    await self._people.check(str(member), "", uploads=True)
                    found.append(str(member))
                if len(found) == MAX_TOLD:
                    break
            return found
        return []
