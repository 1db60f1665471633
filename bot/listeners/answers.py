"""How people are answered: through the response URL of what they typed or clicked, or by a form."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.errors import FormTooLate, UnknownList
from bot.listeners.requests import Request
from bot.personaclick.catalog import Catalog, Reading
from bot.promo.lists import Found, NearMiss, PromoList, Several, find
from bot.slack.blocks.kit import Message
from bot.slack.blocks.plainer import plainer
from bot.slack.blocks.problems import still_asking
from bot.slack.posting import Posting
from bot.slack.retry import error_code

# Somebody who has waited for so long is told that PersonaClick is slow.
STILL_ASKING_S = 4.0
# A response URL may be used five times, once of them for that.
ANSWER_TRIES = 4
# Answers leave a few at a time, so that many that are ready at once do not hold up what Slack asks meanwhile.
MAX_AT_ONCE = 16


class Answers:
    """Answers to one person who waits for them."""

    def __init__(self, web: AsyncWebClient, posting: Posting, catalog: Catalog) -> None:
        self._web = web
        self._posting = posting
        self._catalog = catalog
        self._places = asyncio.Semaphore(MAX_AT_ONCE)

    def typed(self, command: dict[str, Any], respond: AsyncRespond) -> Request:
        """A slash command as a request."""
        user = command["user_id"]

        async def reply(message: Message) -> None:
            await self.send(respond, message, user)

        return Request(user, command["channel_id"], reply, command["trigger_id"])

    def clicked(self, body: dict[str, Any], respond: AsyncRespond) -> Request:
        """A click as a request. In direct messages the answer stays; elsewhere it is seen by that person alone.

        A click in the Home tab has no response URL and no channel.
        """
        user, container = body["user"]["id"], body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or ""
        direct = channel.startswith("D") and not container.get("is_ephemeral")

        async def reply(message: Message) -> None:
            if direct or not body.get("response_url"):
                await self._posting.post(channel if direct else user, message, container.get("thread_ts") or "")
            else:
                await self.send(respond, message, user)

        return Request(user, channel, reply, body["trigger_id"])

    def message(self, event: dict[str, Any]) -> Request:
        """A message to the bot as a request: answered in direct messages, or to the person alone in a channel."""
        user, channel, thread_ts = event["user"], event["channel"], event.get("thread_ts") or ""

        async def reply(message: Message) -> None:
            if channel.startswith("D"):
                await self._posting.post(channel, message, thread_ts)
            else:
                await self._posting.post_ephemeral(channel, user, message, thread_ts)

        return Request(user, channel, reply)

    async def read(self, request: Request, *, old: bool = False) -> Reading:
        """What every shop says of its lists now; a person who has to wait for it is told.

        With `old`, the last known lists stand in for shops that do not answer. Raises PersonaClickError.
        """
        reading = asyncio.create_task(self._catalog.read_or_known() if old else self._catalog.read())
        await asyncio.wait([reading], timeout=STILL_ASKING_S)
        if not reading.done():
            with suppress(aiohttp.ClientError, OSError, SlackApiError):
                await request.reply(still_asking())
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
        """Opens a form, once however often its click is delivered. Raises FormTooLate."""
        try:
            await self._web.views_open(trigger_id=trigger_id, view=form)
        except SlackApiError as error:
            if error_code(error) in ("expired_trigger_id", "trigger_expired"):
                raise FormTooLate from None
            if error_code(error) not in ("exchanged_trigger_id", "trigger_exchanged"):
                raise

    async def send(
        self,
        respond: AsyncRespond,
        message: Message,
        where: str,
        how: Callable[[Message], dict[str, Any]] | None = None,
    ) -> None:
        """Answers through the response URL, privately unless `how` says otherwise; where that fails, by a message to
        `where`.
        """

        async def through_url(message: Message) -> WebhookResponse:
            async with self._places:
                return await respond(**(how or private)(message))

        if respond.response_url:
            await deliver(message, through_url, self._posting, where)
        else:
            # A click in the Home tab has none.
            await self._posting.post(where, message)


async def deliver(
    message: Message, send: Callable[[Message], Awaitable[WebhookResponse]], posting: Posting, where: str
) -> None:
    """Answers by `send`, without tables when Slack refuses them; where that fails, by a message to `where`.

    https://docs.slack.dev/interactivity/handling-user-interaction
    """
    for attempt in range(1, ANSWER_TRIES + 1):
        try:
            answered = await send(message)
        except (aiohttp.ClientError, OSError):
            break
        if "invalid_blocks" in (answered.body or "") and plainer(message) != message:
            message = plainer(message)
        elif answered.status_code == 200:
            return
        elif answered.status_code == 429 or answered.status_code >= 500:
            await asyncio.sleep(float(answered.headers.get("Retry-After") or attempt))
        else:
            break
    await posting.post(where, message)


async def one_of(words: str, lists: Sequence[PromoList], before: str = "", after: str = "") -> PromoList:
    """The one list of `lists` that `words` mean. Raises UnknownList."""
    # Thousands of names take some tenths of a second to be compared.
    match await asyncio.to_thread(find, words, lists):
        case Found(promo_list):
            return promo_list
        case Several(found):
            raise UnknownList(words, tuple(promo_list.choice for promo_list in found), True, before, after)
        case NearMiss(found):
            raise UnknownList(words, tuple(promo_list.choice for promo_list in found), False, before, after)


def answered(message: Message) -> dict[str, Any]:
    """`message` as the direct answer to a command; only the person sees it."""
    return {"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"}


def public(message: Message) -> dict[str, Any]:
    """`message` for everybody in the channel, beside whatever was clicked."""
    return {"text": message.text, "blocks": message.blocks, "response_type": "in_channel", "replace_original": False}


def private(message: Message) -> dict[str, Any]:
    """`message` as an answer only the person sees, beside whatever was clicked."""
    return {**answered(message), "replace_original": False}
