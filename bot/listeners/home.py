"""The Home tab: what waits for a person, what needs codes, and what is under way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed, PersonaClickError
from bot.personaclick.catalog import Catalog
from bot.promo.lists import PromoList
from bot.promo.uploads import WAITING
from bot.slack.blocks.home import closed_home, home_view
from bot.slack.blocks.kit import Line, Message
from bot.slack.blocks.problems import explain, missing_shops
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.store.store import Store

Show = Callable[[str, AsyncWebClient], Awaitable[None]]


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
    """Publishes one person's Home tab; https://docs.slack.dev/reference/methods/views.publish"""
    try:
        await people.check(user, "")
    except NotAllowed as error:
        await client.views_publish(user_id=user, view=closed_home(error))
        return
    waiting = await store.history.latest(limit=10, by=user, states=WAITING)
    uploads = await store.history.latest(limit=5)
    links = await permalinks.of({upload.ref: upload for upload in (*waiting, *uploads)}.values())
    trouble: Sequence[Line] = ()
    lists: Sequence[PromoList] | Message
    try:
        reading = await catalog.read_or_known()
        lists, trouble = reading.lists, missing_shops(reading.failures, reading.ages, now(), contact)
    except PersonaClickError as error:
        lists = explain(error, contact)
    view = home_view(lists, uploads, now(), trouble, waiting=waiting, links=links)
    await client.views_publish(user_id=user, view=view)
