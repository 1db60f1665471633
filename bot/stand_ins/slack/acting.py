"""What people do, by the person's id first: the same as `as_(user)`, for callers that name many people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.stand_ins.slack.delivery import Delivered
    from bot.stand_ins.slack.person import Person
    from bot.stand_ins.slack.workspace import Json, Message


class Acting:
    """Old names; `slack.as_("U1").click(…)` is the new one."""

    def as_(self, user: str) -> Person:
        raise NotImplementedError

    async def command(self, user: str, *rest: Any, **more: Any) -> Delivered:
        return await self.as_(user).command(*rest, **more)

    def say(self, user: str, *rest: Any, **more: Any) -> Message:
        return self.as_(user).say(*rest, **more)

    async def drop(self, user: str, *rest: Any, **more: Any) -> Message:
        return await self.as_(user).drop(*rest, **more)

    async def share(self, user: str, *rest: Any, **more: Any) -> Message:
        return await self.as_(user).share(*rest, **more)

    async def click(self, user: str, *rest: Any, **more: Any) -> Delivered:
        return await self.as_(user).click(*rest, **more)

    async def suggest(self, user: str, *rest: Any, **more: Any) -> list[Json]:
        return await self.as_(user).suggest(*rest, **more)

    async def choose(self, user: str, *rest: Any, **more: Any) -> Delivered:
        return await self.as_(user).choose(*rest, **more)

    async def shortcut(self, user: str, *rest: Any, **more: Any) -> Delivered:
        return await self.as_(user).shortcut(*rest, **more)

    async def open_home(self, user: str, *rest: Any, **more: Any) -> None:
        await self.as_(user).open_home(*rest, **more)

    async def submit(self, user: str, *rest: Any, **more: Any) -> dict[str, str]:
        return await self.as_(user).submit(*rest, **more)

    async def close(self, user: str, *rest: Any, **more: Any) -> None:
        await self.as_(user).close(*rest, **more)
