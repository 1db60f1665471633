"""How people are answered: through the response URL of what they typed or clicked, or by a form."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import FormTooLate, UnknownList
from bot.listeners.requests import Request
from bot.listeners.tidying import unquoted
from bot.personaclick.catalog import Catalog, Reading
from bot.promo.lists import Found, NearMiss, PromoList, Several, find
from bot.slack.blocks.kit import Message
from bot.slack.blocks.problems import still_asking
from bot.slack.posting import MessageGoneError, Posting
from bot.slack.response_urls import ResponseUrls
from bot.slack.retry import error_code, pause_after

# Somebody who has waited for so long is told that PersonaClick is slow.
STILL_ASKING_S = 4.0
# Slack opens a form within 3 seconds of the click.
FORM_TRIES, FORM_PAUSE_S = 2, 1.0
Say = Callable[[Message], Awaitable[None]]


class Answers:
    """Answers to one person who waits for them."""

    def __init__(self, web: AsyncWebClient, posting: Posting, urls: ResponseUrls, catalog: Catalog) -> None:
        self._web = web
        self._posting = posting
        self._urls = urls
        self._catalog = catalog

    def typed(self, command: dict[str, Any]) -> Request:
        """A slash command as a request."""
        user, url = command["user_id"], command.get("response_url") or ""

        standing = False

        async def meanwhile(message: Message) -> None:
            nonlocal standing
            await self._urls.answer(url, message, user)
            standing = True

        async def reply(message: Message) -> None:
            nonlocal standing
            in_place, standing = standing, False
            await self._urls.answer(url, message, user, in_place=in_place)

        return Request(user, command["channel_id"], reply, meanwhile, command.get("trigger_id") or "")

    def clicked(self, body: dict[str, Any]) -> Request:
        """A click as a request. In direct messages the answer stays; elsewhere it is seen by that person alone.

        A click in the Home tab has no response URL and no channel.
        """
        user, container = body["user"]["id"], body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or ""
        if not body.get("response_url") or (channel.startswith("D") and not container.get("is_ephemeral")):
            where = channel if channel.startswith("D") else user
            reply, meanwhile = self._posted(where, container.get("thread_ts") or "")
            return Request(user, channel, reply, meanwhile, body.get("trigger_id") or "")

        async def whisper(message: Message) -> None:
            # What can be replaced through this address is what was clicked, which stays.
            await self._urls.answer(body["response_url"], message, user)

        return Request(user, channel, whisper, whisper, body.get("trigger_id") or "")

    async def share(self, body: dict[str, Any], message: Message) -> None:
        """Answers a click for everybody in its channel."""
        await self._urls.answer(body.get("response_url") or "", message, body["channel"]["id"], public=True)

    def message(self, event: dict[str, Any]) -> Request:
        """A message to the bot as a request: answered in direct messages, or to the person alone in a channel."""
        user, channel, thread_ts = event["user"], event["channel"], event.get("thread_ts") or ""

        if channel.startswith("D"):
            return Request(user, channel, *self._posted(channel, thread_ts))

        async def whisper(message: Message) -> None:
            await self._posting.post_ephemeral(channel, user, message, thread_ts)

        return Request(user, channel, whisper, whisper)

    def _posted(self, where: str, thread_ts: str) -> tuple[Say, Say]:
        """A request's `reply` and `meanwhile` as messages of a conversation."""
        standing: list[tuple[str, str]] = []

        async def meanwhile(message: Message) -> None:
            standing.append(await self._posting.post(where, message, thread_ts))

        async def reply(message: Message) -> None:
            with suppress(MessageGoneError):
                if standing:
                    await self._posting.edit(*standing.pop(), message)
                    return
            await self._posting.post(where, message, thread_ts)

        return reply, meanwhile

    async def read(self, request: Request, *, old: bool = False) -> Reading:
        """What every shop says of its lists now; a person who has to wait for it is told.

        With `old`, the last known lists stand in for shops that do not answer. Raises PersonaClickError.
        """
        reading = asyncio.create_task(self._catalog.read_or_known() if old else self._catalog.read())
        await asyncio.wait([reading], timeout=STILL_ASKING_S)
        if not reading.done():
            with suppress(aiohttp.ClientError, OSError, SlackApiError):
                await request.meanwhile(still_asking())
        return await reading

    async def resolve(
        self, words: str, request: Request, *, before: str, after: str = "", old: bool = False
    ) -> PromoList:
        """The one list `words` mean; `before` and `after` are what was typed around them, `old` as in `read`.

        Raises UnknownList, PersonaClickError.
        """
        return await self.one_of(words, await self.read(request, old=old), before=before, after=after)

    async def one_of(self, words: str, reading: Reading, *, before: str, after: str = "") -> PromoList:
        """The one list of a reading that `words` mean. Raises UnknownList, PersonaClickError."""
        try:
            return await one_of(words, reading.lists, before, after)
        except UnknownList as error:
            # It may be a list of a shop that did not answer.
            unknown = [failure for shop, failure in reading.failures.items() if shop not in reading.ages]
            for failure in () if error.several else unknown:
                raise failure from None
            raise

    async def soon(self, words: str) -> PromoList | None:
        """The list `words` mean, if that is known within the time a form may take to open. Raises UnknownList."""
        lists = await self._catalog.soon() if words else ()
        return await one_of(words, lists, "upload ") if lists else None

    async def open(self, trigger_id: str, form: dict[str, Any]) -> None:
        """Opens a form, once however often its click is delivered; asks again while there is time for it.

        Raises FormTooLate.
        """
        for attempt in itertools.count(1):
            try:
                await self._web.views_open(trigger_id=trigger_id, view=form)
                return
            except (SlackApiError, aiohttp.ClientError, OSError) as error:
                code = error_code(error) if isinstance(error, SlackApiError) else ""
                if code in ("exchanged_trigger_id", "trigger_exchanged"):
                    return
                pause = pause_after(error, attempt)
                if pause is None and code not in ("expired_trigger_id", "trigger_expired"):
                    raise
            if pause is None or pause > FORM_PAUSE_S or attempt == FORM_TRIES:
                raise FormTooLate
            await asyncio.sleep(pause)


async def one_of(words: str, lists: Sequence[PromoList], before: str = "", after: str = "") -> PromoList:
    """The one list of `lists` that `words` mean, with quotation marks around them or without. Raises UnknownList."""
    words = unquoted(words)
    # Thousands of names take some tenths of a second to be compared.
    match await asyncio.to_thread(find, words, lists):
        case Found(promo_list):
            return promo_list
        case Several(found):
            raise UnknownList(words, tuple(promo_list.choice for promo_list in found), True, before, after)
        case NearMiss(found):
            raise UnknownList(words, tuple(promo_list.choice for promo_list in found), False, before, after)
