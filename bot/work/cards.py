"""Cards tell the truth: each shows what the database knows, at most one edit every three seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PersonaClickError
from bot.personaclick.catalog import THIS_MOMENT_S, Catalog
from bot.promo.lifecycle import FINISHED
from bot.promo.shapes import better_list, merge
from bot.promo.uploads import Around, Link, State, Upload
from bot.slack.blocks.cards.card import card
from bot.slack.blocks.kit import Message
from bot.slack.posting import MessageGoneError, Posting
from bot.slack.retry import error_code, pause_after
from bot.store.database import AWAY
from bot.store.store import Store

log = logging.getLogger(__name__)

EDIT_EVERY_S = 3.0
POLL_S = 5.0
# A card that is behind for longer than this belonged to a process that has gone.
ABANDONED_S = 15.0


class CardUpdater:
    """Posts and edits the cards of this process."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        posting: Posting,
        web: AsyncWebClient,
        now: Callable[[], float],
        *,
        contact: str = "",
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._posting = posting
        self._web = web
        self._now = now
        self._contact = contact
        self._showing: dict[str, asyncio.Task[None]] = {}
        self._pending: set[str] = set()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._permalinks: dict[str, str] = {}

    def changed(self, ref: str) -> None:
        """The upload changed: its card is shown anew soon."""
        self._pending.add(ref)
        self._wake.set()

    async def run(self) -> None:
        """Keeps cards up to date until `stop`."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._pending.update(await self._store.cards.stale(ABANDONED_S))
            except AWAY:
                log.warning("the database is away, cards wait")
            except Exception:
                log.exception("which cards are behind could not be read and is tried again")
            for ref in [one for one in self._pending if one not in self._showing]:
                self._pending.discard(ref)
                self._showing[ref] = asyncio.create_task(self._keep(ref))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_S)

    async def stop(self, within_s: float) -> None:
        """Shows what changed last, if Slack takes it in time."""
        self._stopping.set()
        self._wake.set()
        for ref in [one for one in self._pending if one not in self._showing]:
            self._showing[ref] = asyncio.create_task(self._keep(ref))
        tasks = list(self._showing.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    async def _keep(self, ref: str) -> None:
        """Shows a card until it is up to date; what Slack does not take now is rendered anew before the next try."""
        attempt = 0
        try:
            while True:
                try:
                    if not await self._show(ref):
                        return
                    attempt, pause = 0, EDIT_EVERY_S
                except (SlackApiError, aiohttp.ClientError, OSError) as error:
                    attempt += 1
                    if (pause := pause_after(error, attempt) or 0) == 0 or self._stopping.is_set():
                        log.warning("card of upload %s: Slack says %s", ref, _says(error))
                        return
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause)
        except AWAY:
            log.warning("the database is away, cards wait")
        except Exception:
            log.exception("card of upload %s could not be shown", ref)
        finally:
            del self._showing[ref]
            self._wake.set()

    async def _show(self, ref: str) -> bool:
        """Shows the newest version; False when it is shown already."""
        upload = await self._store.uploads.find(ref)
        if upload is None or upload.version <= upload.shown_version:
            return False
        around = replace(await self._around(upload), contact=self._contact)
        message = card(upload, around, self._now())
        if not upload.card_ts:
            if not await self._store.cards.claim_posting(ref):
                return False
            await self._post(upload, message)
        else:
            try:
                await self._posting.edit(upload.channel, upload.card_ts, message)
            except MessageGoneError:
                await self._post(upload, message)
        await self._store.cards.shown(ref, upload.version)
        return True

    async def _post(self, upload: Upload, message: Message) -> None:
        thread_ts = upload.thread_ts if not upload.channel.startswith("U") else ""
        try:
            place = await self._posting.post(upload.channel, message, thread_ts)
        except SlackApiError as error:
            if error_code(error) not in ("channel_not_found", "not_in_channel", "is_archived"):
                await self._store.cards.posted(upload.ref, upload.channel, "")
                raise
            place = await self._posting.post(upload.user, message)
        await self._store.cards.posted(upload.ref, *place)

    async def _around(self, upload: Upload) -> Around:
        match upload.state:
            case State.CHECKED:
                better_id, better_list = await self._better_list(upload)
                return Around(
                    available=await self._available(upload),
                    better_list=better_list,
                    better_id=better_id,
                    same_file=await self._same_file(upload),
                    known=await self._known(upload),
                )
            case State.QUEUED:
                return Around(ahead=await self._store.history.ahead(upload))
            case State.SENDING:
                return Around(seconds_left=_seconds_left(upload, self._now()))
            case state if state in FINISHED:
                there = upload.progress.accepted + upload.progress.unknown > 0
                return Around(undoable=there and not upload.wiped and self._now() < upload.undo_until)
        return Around()

    async def _available(self, upload: Upload) -> int | None:
        if not upload.list_id:
            return None
        with suppress(PersonaClickError, TimeoutError):
            # The card does not wait for an API that hangs: it is shown without the count then.
            async with asyncio.timeout(1.0):
                found = await self._catalog.find(upload.shop, upload.list_id, THIS_MOMENT_S)
            return found.available if found else None
        return None

    async def _better_list(self, upload: Upload) -> tuple[str, str]:
        """The id and title of a list that these codes look more like; both empty when there is none."""
        if upload.checked is None or not upload.list_id:
            return "", ""
        shapes = await self._store.history.shapes(upload.shop)
        merged = {list_id: merge(each) for list_id, each in shapes.items()}
        better = better_list(upload.checked.shape, upload.list_id, merged) or ""
        lists = {one.id: one.title for one in self._catalog.known() if one.shop == upload.shop}
        return (better if better in lists else ""), lists.get(better, better)

    async def _same_file(self, upload: Upload) -> Link | None:
        if upload.checked is None:
            return None
        same = await self._store.history.same_content(upload.checked.digest, upload.ref)
        return await self._link(same) if same else None

    async def _known(self, upload: Upload) -> tuple[tuple[Link, int], ...]:
        known = upload.checked.known if upload.checked else ()
        counts = {one.ref: one.count for one in known}
        found = await self._store.history.named(list(counts)[:5])
        return tuple([(await self._link(one), counts[one.ref]) for one in found])

    async def _link(self, upload: Upload) -> Link:
        if upload.ref not in self._permalinks:
            with suppress(SlackApiError, aiohttp.ClientError, OSError):
                answer = await self._web.chat_getPermalink(channel=upload.channel, message_ts=upload.card_ts)
                self._permalinks[upload.ref] = str(answer.get("permalink") or "")
        return Link(
            ref=upload.ref,
            list_name=upload.list_name,
            user=upload.confirmed_by or upload.user,
            at=upload.confirmed_at or upload.created_at,
            arrived=upload.progress.accepted if upload.state in FINISHED else None,
            permalink=self._permalinks.get(upload.ref, ""),
        )


def _seconds_left(upload: Upload, now: float) -> float | None:
    done = upload.progress.accepted + upload.progress.refused
    took = now - upload.sending_at
    if not done or took <= 1:
        return None
    return upload.progress.pending * took / done


def _says(error: Exception) -> str:
    return error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
