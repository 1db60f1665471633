"""What listeners work with, and the few things most of them do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse

from bot.errors import FormTooLate, UnknownList
from bot.personaclick.catalog import Catalog, Reading
from bot.promo.lists import Found, NearMiss, PromoList, Several, find
from bot.promo.uploads import Upload
from bot.slack.blocks.kit import Message
from bot.slack.blocks.problems import still_asking
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.slack.retry import said
from bot.store.database import AWAY
from bot.store.deliveries import Seen
from bot.store.history import History
from bot.store.ledger import Ledger
from bot.store.uploads import NewUpload, Uploads
from bot.work.checks import Checks


@dataclass(frozen=True, slots=True)
class Desk:
    """Our side of every listener. `changed` tells card and queue that an upload moved; `new_ref` names a new one."""

    web: AsyncWebClient
    people: People
    files: Files
    posting: Posting
    uploads: Uploads
    history: History
    ledger: Ledger
    seen: Seen
    catalog: Catalog
    checks: Checks
    changed: Callable[[str], None]
    new_ref: Callable[[], str]
    now: Callable[[], float]
    # Answers leave a few at a time, so that many that are ready at once do not hold up what Slack asks meanwhile.
    line: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(16))

    async def read(self, respond: AsyncRespond) -> Reading:
        """What every shop says of its lists now; a person who has to wait for it is told. Raises PersonaClickError."""
        reading = asyncio.create_task(self.catalog.read())
        await asyncio.wait([reading], timeout=STILL_ASKING_S)
        if not reading.done():
            with suppress(aiohttp.ClientError, OSError):
                async with self.line:
                    await respond(**private(still_asking()))
        return await reading

    async def resolve(self, words: str, respond: AsyncRespond) -> PromoList:
        """The one list `words` mean. Raises UnknownList, PersonaClickError."""
        reading = await self.read(respond)
        try:
            return one_of(words, reading.lists)
        except UnknownList as error:
            # It may be a list of a shop that did not answer.
            for failure in () if error.several else reading.failures.values():
                raise failure from None
            raise

    async def soon(self, words: str) -> PromoList | None:
        """The list `words` mean, if that is known within the time a form may take to open. Raises UnknownList."""
        lists = await self.catalog.soon() if words else ()
        return one_of(words, lists) if lists else None

    async def open(self, trigger_id: str, form: dict[str, Any]) -> None:
        """Opens a form, once however often its click is delivered. Raises FormTooLate."""
        try:
            await self.web.views_open(trigger_id=trigger_id, view=form)
        except SlackApiError as error:
            if said(error) in ("expired_trigger_id", "trigger_expired"):
                raise FormTooLate from None
            if said(error) not in ("exchanged_trigger_id", "trigger_exchanged"):
                raise

    async def say(
        self,
        respond: AsyncRespond,
        message: Message,
        where: str,
        how: Callable[[Message], dict[str, Any]] | None = None,
    ) -> None:
        """Answers through the response URL, privately unless `how` says otherwise; where that fails, by a message to
        `where`.
        """

        async def send(message: Message) -> WebhookResponse:
            async with self.line:
                return await respond(**(how or private)(message))

        await deliver(message, send, self.posting, where)

    async def until_back(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does `work`, and again while the database is away, for five minutes at most."""
        for _ in range(DATABASE_TRIES):
            try:
                await work()
                return
            except AWAY:
                log.warning("the database is away, an event waits")
                await asyncio.sleep(2)
        await work()

    async def take_in(self, new: NewUpload) -> Upload:
        """A new upload, and its check begun."""
        upload = await self.uploads.create(new)
        self.checks.start(upload.ref)
        return upload


# Somebody who has waited for so long is told that PersonaClick is slow.
STILL_ASKING_S = 4.0
# A response URL may be used five times, once of them for that.
ANSWER_TRIES = 4
DATABASE_TRIES = 150

log = logging.getLogger(__name__)


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
        if "invalid_blocks" in (answered.body or "") and message.without_tables() != message:
            message = message.without_tables()
        elif answered.status_code == 200:
            return
        elif answered.status_code == 429 or answered.status_code >= 500:
            await asyncio.sleep(float(answered.headers.get("Retry-After") or attempt))
        else:
            break
    await posting.post(where, message)


def one_of(words: str, lists: Sequence[PromoList]) -> PromoList:
    """The one list of `lists` that `words` mean. Raises UnknownList."""
    match find(words, lists):
        case Found(promo_list):
            return promo_list
        case Several(several):
            raise UnknownList(words, tuple(one.title for one in several), several=True)
        case NearMiss(near):
            raise UnknownList(words, tuple(one.title for one in near))


def answered(message: Message) -> dict[str, Any]:
    """`message` as the direct answer to a command; only the person sees it."""
    return {"text": message.text, "blocks": message.blocks, "response_type": "ephemeral"}


def public(message: Message) -> dict[str, Any]:
    """`message` for everybody in the channel, beside whatever was clicked."""
    return {"text": message.text, "blocks": message.blocks, "response_type": "in_channel", "replace_original": False}


def private(message: Message) -> dict[str, Any]:
    """`message` as an answer only the person sees, beside whatever was clicked."""
    return {**answered(message), "replace_original": False}
