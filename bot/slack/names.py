"""People's names: whom somebody means by a typed one, and what somebody is called where a mention is not shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


class Names:
    """Looks up people by name among those who are candidates; users.info is asked once for each."""

    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web
        self._known: dict[str, frozenset[str]] = {}
        self._called: dict[str, str] = {}

    async def among(self, name: str, candidates: Sequence[str]) -> list[str]:
        """The candidates (user ids) who are called `name`: by user, display, full or first name, in any case."""
        names = await asyncio.gather(*map(self._names, candidates))
        wanted = name.casefold()
        return [user for user, known in zip(candidates, names, strict=True) if wanted in known]

    async def called(self, user: str) -> str:
        """What Slack shows for a person (a user id); empty where it does not tell."""
        await self._names(user)
        return self._called.get(user, "")

    async def _names(self, user: str) -> frozenset[str]:
        if user not in self._known:
            try:
                answer = await self._web.users_info(user=user)
            except (SlackApiError, aiohttp.ClientError, OSError):
                return frozenset()
            person: dict[str, Any] = answer.get("user") or {}
            profile = person.get("profile") or {}
            full = [str(about.get("real_name") or "") for about in (person, profile)]
            short = [str(person.get("name") or ""), str(profile.get("display_name") or "")]
            named = {*full, *short, *(name.split(" ")[0] for name in full)}
            self._called[user] = next(filter(None, (short[1], *full, short[0])), "")
            self._known[user] = frozenset(name.casefold() for name in named if name)
        return self._known[user]
