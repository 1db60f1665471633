"""What listeners work with, and the few things most of them do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UnknownList
from bot.promo.lists import Found, NearMiss, PromoList, Several, find
from bot.promo.uploads import Upload
from bot.slack.blocks.kit import Message
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.history import History
from bot.store.ledger import Ledger
from bot.store.seen import Seen
from bot.store.uploads import NewUpload, Uploads
from bot.work.catalog import Catalog
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

    async def resolve(self, words: str) -> PromoList:
        """The one list `words` mean. Raises UnknownList, PersonaClickError."""
        return one_of(words, await self.catalog.lists())

    async def soon(self, words: str) -> PromoList | None:
        """The list `words` mean, if that is known within the time a form may take to open."""
        match find(words, await self.catalog.soon()):
            case Found(promo_list) if words:
                return promo_list
        return None

    async def take_in(self, new: NewUpload) -> Upload:
        """A new upload, and its check begun."""
        upload = await self.uploads.create(new)
        self.checks.start(upload.ref)
        return upload


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


def private(message: Message) -> dict[str, Any]:
    """`message` as an answer only the person sees, beside whatever was clicked."""
    return {**answered(message), "replace_original": False}
