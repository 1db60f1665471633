"""Cards tell the truth: each shows what the database knows, at most one edit every three seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import PersonaClickError
from bot.personaclick.catalog import THIS_MOMENT_S, Catalog
from bot.promo.lifecycle import FINISHED
from bot.promo.shapes import better_list, merge
from bot.promo.uploads import CardContext, Link, State, Upload
from bot.slack.blocks.cards.card import card
from bot.slack.blocks.kit import Message
from bot.slack.names import Names
from bot.slack.permalinks import Permalinks
from bot.slack.posting import MessageGoneError, Posting
from bot.slack.retry import error_code, pause_after
from bot.store.cards import CLAIM_S
from bot.store.database import AWAY
from bot.store.store import Store
from bot.work.ending import end
from bot.work.notifier import OUT_OF_REACH, Notifier
from bot.work.strays import Strays

log = logging.getLogger(__name__)

EDIT_EVERY_S = 3.0
POLL_S = 5.0
# A card that is behind for longer than this belonged to a process that has gone.
ABANDONED_S = 15.0
# Slack may carry out an edit so long after its caller has given up waiting.
LANDS_WITHIN_S = 5.0


class CardUpdater:
    """Posts and edits the cards of this process."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        posting: Posting,
        *,
        permalinks: Permalinks,
        names: Names,
        notifier: Notifier,
        strays: Strays,
        now: Callable[[], float],
        contact: str = "",
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._posting = posting
        self._permalinks = permalinks
        self._names = names
        self._notifier = notifier
        self._strays = strays
        self._now = now
        self._contact = contact
        self._showing: dict[str, asyncio.Task[None]] = {}
        self._pending: set[str] = set()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._urgent: set[str] = set()
        self._waiting: dict[str, asyncio.Event] = {}

    def changed(self, ref: str, *, at_once: bool = False) -> None:
        """The upload changed: its card is shown anew soon, and `at_once` after a click that somebody waits for."""
        self._pending.add(ref)
        if at_once:
            self._urgent.add(ref)
            if ref in self._waiting:
                self._waiting[ref].set()
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
            for ref in [ref for ref in self._pending if ref not in self._showing]:
                self._pending.discard(ref)
                self._showing[ref] = asyncio.create_task(self._keep(ref))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_S)

    async def stop(self, within_s: float) -> None:
        """Shows what changed last, if Slack takes it in time."""
        self._stopping.set()
        self._wake.set()
        for ref in [ref for ref in self._pending if ref not in self._showing]:
            self._showing[ref] = asyncio.create_task(self._keep(ref))
        await end(self._showing.values(), within_s)

    async def _keep(self, ref: str) -> None:
        """Shows a card until it is up to date; what Slack does not take now is rendered anew before the next try."""
        attempt = 0
        try:
            while True:
                try:
                    pause, attempt = await self._show(ref), 0
                except (SlackApiError, aiohttp.ClientError, OSError) as error:
                    attempt += 1
                    pause = pause_after(error, attempt)
                    log.warning("card of upload %s: Slack says %s", ref, _says(error))
                if pause is None or (pause and self._stopping.is_set()):
                    return
                await self._wait(ref, pause, urgent=attempt == 0)
        except AWAY:
            log.warning("the database is away, cards wait")
        except Exception:
            log.exception("card of upload %s could not be shown", ref)
        finally:
            del self._showing[ref]
            self._wake.set()

    async def _wait(self, ref: str, seconds: float, *, urgent: bool) -> None:
        """Waits, but not longer than until the process stops, or until a click where that is `urgent`."""
        clicked = self._waiting[ref] = asyncio.Event()
        events = [self._stopping, clicked] if urgent else [self._stopping]
        waits = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        del self._waiting[ref]

    async def _show(self, ref: str) -> float | None:
        """Shows the newest version; answers the seconds until the next look, None when it is shown already."""
        upload = await self._store.uploads.find(ref)
        if upload is None or upload.version <= upload.shown_version:
            return None
        cut_off = not upload.card_ts and await self._store.cards.cut_off(ref)
        hurry = ref in self._urgent or self._stopping.is_set()
        if wait := await self._store.cards.claim(ref, 0.0 if hurry else EDIT_EVERY_S):
            return wait
        self._urgent.discard(ref)
        keeping = asyncio.create_task(self._keep_claim(ref))
        try:
            latest = await self._store.cards.latest(ref)
            # Read anew: what is shown must not be older than the claim.
            if (upload := await self._store.uploads.find(ref)) is None:
                return None
            context = replace(await self._context(upload), contact=self._contact)
            # Another process may have posted the card and ended before it could note so.
            stray_ts = await self._strays.find(upload) if cut_off and not upload.card_ts else ""
            await self._put(upload, card(upload, context, self._now()), stray_ts)
            await self._notifier.tell(upload, latest)
        except BaseException as error:
            free_after_s = _free_after_s(error, cut_off=cut_off, known=bool(upload and upload.card_ts))
            with suppress(*AWAY):
                await asyncio.shield(self._store.cards.release(ref, free_after_s))
            raise
        finally:
            keeping.cancel()
        await self._store.cards.shown(ref, upload.version)
        return EDIT_EVERY_S

    async def _keep_claim(self, ref: str) -> None:
        while True:
            await asyncio.sleep(CLAIM_S / 3)
            with suppress(*AWAY):
                await self._store.cards.keep(ref)

    async def _put(self, upload: Upload, message: Message, stray_ts: str) -> None:
        if card_ts := upload.card_ts or stray_ts:
            try:
                await self._posting.edit(upload.channel, card_ts, message)
            except MessageGoneError:
                log.info("card of upload %s is gone and posted anew", upload.ref)
            else:
                if stray_ts:
                    await self._store.cards.posted(upload.ref, upload.channel, stray_ts)
                return
        thread_ts = upload.thread_ts if not upload.channel.startswith("U") else ""
        try:
            place = await self._posting.post(upload.channel, message, thread_ts)
        except SlackApiError as error:
            if error_code(error) not in OUT_OF_REACH:
                raise
            place = await self._posting.post(upload.user, message)
        await self._store.cards.posted(upload.ref, *place)

    async def _context(self, upload: Upload) -> CardContext:
        match upload.state:
            case State.CHECKED:
                better_id, better_list = await self._better_list(upload)
                return CardContext(
                    available=await self._available(upload),
                    better_list=better_list,
                    better_id=better_id,
                    same_file=await self._same_file(upload),
                    known=await self._known(upload),
                )
            case State.QUEUED:
                return CardContext(ahead=await self._store.history.ahead(upload))
            case State.SENDING:
                return CardContext(seconds_left=_seconds_left(upload, self._now()))
            case state if state in FINISHED:
                there = upload.progress.accepted + upload.progress.unknown > 0
                undoable = there and not upload.wiped and self._now() < upload.undo_until
                return CardContext(undoable=undoable, owner=await self._names.called(upload.confirmed_by))
        return CardContext()

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
        lists = {known.id: known.title for known in self._catalog.known() if known.shop == upload.shop}
        return (better if better in lists else ""), lists.get(better, better)

    async def _same_file(self, upload: Upload) -> Link | None:
        if upload.checked is None:
            return None
        same = await self._store.history.same_content(upload.checked.digest, upload.ref)
        return await self._link(same) if same else None

    async def _known(self, upload: Upload) -> tuple[tuple[Link, int], ...]:
        known = upload.checked.known if upload.checked else ()
        counts = {earlier.ref: earlier.count for earlier in known}
        found = await self._store.history.named(list(counts)[:5])
        return tuple([(await self._link(earlier), counts[earlier.ref]) for earlier in found])

    async def _link(self, upload: Upload) -> Link:
        return Link(
            ref=upload.ref,
            list_name=upload.list_name,
            user=upload.confirmed_by or upload.user,
            at=upload.confirmed_at or upload.created_at,
            arrived=upload.progress.accepted if upload.state in FINISHED else None,
            permalink=(await self._permalinks.of([upload])).get(upload.ref, ""),
        )


def _free_after_s(error: BaseException, *, cut_off: bool, known: bool) -> float:
    """When another process may show a card that could not be shown; never 0 while there may be one nobody knows of."""
    if isinstance(error, (asyncio.CancelledError, TimeoutError)) or not (known or isinstance(error, SlackApiError)):
        return LANDS_WITHIN_S
    return 0.001 if cut_off else 0.0


def _seconds_left(upload: Upload, now: float) -> float | None:
    done = upload.progress.accepted + upload.progress.refused
    took = now - upload.sending_at
    if not done or took <= 1:
        return None
    return upload.progress.pending * took / done


def _says(error: Exception) -> str:
    return error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
