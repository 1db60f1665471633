"""Every listener runs as a task: Slack is answered at once, and an error becomes words and a reference."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.errors import PromoBotError
from bot.slack.blocks.kit import Message
from bot.slack.blocks.problems import database_away, explain, slack_away, slack_refused, unexpected
from bot.slack.response_urls import ResponseUrls
from bot.slack.retry import error_code, pause_after
from bot.store.database import AWAY
from bot.work.ending import end

log = logging.getLogger(__name__)

Listener = Callable[..., Awaitable[None]]
First = Callable[[dict[str, Any]], Awaitable[bool]]


class Boundary:
    """Turns our listeners into Bolt's, and waits for them at shutdown. `reference` makes a name for the log."""

    def __init__(self, urls: ResponseUrls, reference: Callable[[], str], contact: str = "") -> None:
        self._urls = urls
        self._reference = reference
        self._contact = contact
        self._tasks: set[asyncio.Task[None]] = set()

    def guard(
        self, listener: Listener, then: Listener | None = None, first: First | None = None
    ) -> Callable[[AsyncArgs], Awaitable[None]]:
        """A Bolt listener that returns once `listener` has acked; the rest of it, and `then`, go on as a task.

        `then` runs whatever came of the listener of a first delivery. With `first`, which tells whether a delivery is
        the first of its kind, everything else is acked, and nothing more is done for it.
        """
        wanted, wanted_then = (inspect.getfullargspec(each).args if each else [] for each in (listener, then))

        async def run(args: AsyncArgs) -> None:
            acked = asyncio.Event()

            async def ack(*words: Any, **more: Any) -> Any:
                answer = await args.ack(*words, **more)
                acked.set()
                return answer

            async def whole() -> None:
                given = {name: ack if name == "ack" else getattr(args, name) for name in wanted}
                # What another delivery shows of the same click may be older than what the first has shown.
                if await self._run(listener, given, args, ack, acked, first) and then is not None:
                    given = {name: getattr(args, name) for name in wanted_then}
                    await self._run(then, given, args, ack, acked)

            task = asyncio.create_task(whole())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            if "ack" in wanted:
                await acked.wait()

        return run

    async def finish(self, within_s: float) -> None:
        """Waits for the listeners under way, and cuts off those that take longer."""
        await end(self._tasks, within_s)

    async def _run(
        self,
        listener: Listener,
        given: dict[str, Any],
        args: AsyncArgs,
        ack: Listener,
        acked: asyncio.Event,
        first: First | None = None,
    ) -> bool:
        """Whether this was the first delivery of its kind."""
        try:
            if first is not None:
                await ack()
                if not await first(args.body):
                    return False
            await listener(**given)
        except PromoBotError as error:
            log.info("refused: %s", type(error).__name__)
            await self._answer(explain(error, self._contact), args)
        except Exception as error:
            await self._answer(self._in_words(error), args)
        finally:
            if not acked.is_set() and "ack" in given:
                await ack()
        return True

    def _in_words(self, error: Exception) -> Message:
        """What somebody else did not do, or nobody foresaw; it is in the log, too."""
        match error:
            case SlackApiError():
                code = error_code(error)
                log.warning("Slack did not do what a listener asked of it: %s", code or "an answer that is not Slack's")
                return slack_refused(code, self._contact) if pause_after(error, 1) is None else slack_away()
            # A subclass of AWAY's, too.
            case aiohttp.ClientError():
                log.warning("Slack could not be reached by a listener: %s", type(error).__name__)
                return slack_away()
            case _ if isinstance(error, AWAY):
                log.warning("the database is away, a person was told")
                return database_away(self._contact)
        reference = self._reference()
        log.error("listener failed, reference %s", reference, exc_info=error)
        return unexpected(reference, self._contact)

    async def _answer(self, message: Message, args: AsyncArgs) -> None:
        body, event = args.body, args.body.get("event") or {}
        user = (body.get("user") or {}).get("id") if isinstance(body.get("user"), dict) else body.get("user_id")
        user = user or event.get("user_id") or event.get("user")
        try:
            if user and args.options is None:
                await self._urls.answer(body.get("response_url") or "", message, user)
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("the answer did not reach the person: %s", type(error).__name__)
        except Exception:
            log.exception("the answer did not reach the person")
