"""The Home tab: what waits for a person, what needs codes, and what is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed, PersonaClickError
from bot.personaclick.catalog import Catalog
from bot.promo.lifecycle import WAITING
from bot.promo.lists import PromoList
from bot.promo.outlook import current
from bot.promo.scores import report_card
from bot.promo.uploads import State, Upload
from bot.slack.blocks.home import closed_home, home_view, most_urgent
from bot.slack.blocks.home_watching import Watched
from bot.slack.blocks.kit import Line, Message
from bot.slack.blocks.problems import explain, missing_shops
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.store.store import Store

Show = Callable[[str, AsyncWebClient], Awaitable[None]]
# A tab that opens later than this feels slow.
AT_ONCE_S = 0.3


async def app_home_opened(event: dict[str, Any], client: AsyncWebClient, *, show_home: Show) -> None:
    """The Home tab was opened."""
    if event.get("tab") == "home":
        await show_home(event["user"], client)


async def refresh(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, show_home: Show) -> None:
    """*Refresh*."""
    await ack()
    await show_home(body["user"]["id"], client)


async def after_click(body: dict[str, Any], client: AsyncWebClient, *, show_home: Show) -> None:
    """Whatever was clicked in the Home tab: the tab shows what came of it."""
    if (body.get("view") or {}).get("type") == "home":
        await show_home(body["user"]["id"], client)


async def waiting_for(user: str, store: Store) -> list[Upload]:
    """The uploads that go on when this person does something: one's own, and those of others that need approval."""
    own = await store.history.latest(limit=10, by=user, states=WAITING - {State.NEEDS_APPROVAL})
    asked = await store.history.latest(limit=10, states={State.NEEDS_APPROVAL})
    return [*(one for one in own if not _empty(one)), *(upload for upload in asked if upload.confirmed_by != user)]


def _empty(upload: Upload) -> bool:
    """A card without a code waits for nobody."""
    return upload.state is State.CHECKED and not (upload.checked and upload.checked.codes)


async def show(
    user: str,
    client: AsyncWebClient,
    *,
    store: Store,
    people: People,
    catalog: Catalog,
    permalinks: Permalinks,
    contact: str,
    now: Callable[[], float],
) -> None:
    """Publishes one person's Home tab; https://docs.slack.dev/reference/methods/views.publish

    While PersonaClick takes its time, what was read last is shown.
    """
    try:
        await people.check(user, "")
    except NotAllowed as error:
        await client.views_publish(user_id=user, view=closed_home(error))
        return
    waiting = await waiting_for(user, store)
    uploads = await store.history.latest(limit=5)
    links = await permalinks.of({upload.ref: upload for upload in (*waiting, *uploads)}.values())
    watched = await watched_by(user, store)
    asking = asyncio.create_task(catalog.read_or_known())
    await asyncio.wait([asking], timeout=AT_ONCE_S)
    read_at, stored = (0.0, []) if asking.done() else await store.readings.newest()

    async def publish(lists: Sequence[PromoList] | Message, at: float, trouble: Sequence[Line] = ()) -> None:
        outlooks = {} if isinstance(lists, Message) else current(watched.outlooks, lists)
        now_watched = replace(watched, outlooks=outlooks)
        view = home_view(lists, uploads, at, trouble, waiting=waiting, links=links, watched=now_watched)
        await client.views_publish(user_id=user, view=view)
        if not isinstance(lists, Message):
            await store.forecasts.shown(most_urgent(lists, outlooks), outlooks)

    if stored:
        await publish(stored, read_at)
    try:
        reading = await asking
    except PersonaClickError as error:
        await publish(explain(error, contact), now())
        return
    trouble = missing_shops(reading.failures, reading.ages, now(), contact)
    if not stored or trouble or set(reading.lists) != set(stored):
        await publish(reading.lists, now(), trouble)


async def watched_by(user: str, store: Store) -> Watched:
    """What is watched, as one person sees it."""
    outlooks = await store.outlooks.all()
    watches = await store.watches.all()
    return Watched(
        outlooks=outlooks,
        taken=[alert for alert in await store.alerts.all_open() if alert.taken_by == user],
        bookings=await store.bookings.ending_after(store.clock()),
        watches=[pair for pair in watches if user in (pair[0].by, pair[0].owner) and not pair[0].off],
        card=report_card(await store.forecasts.scores()),
    )
