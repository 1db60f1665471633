"""The Home tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed, PersonaClickError
from bot.personaclick.catalog import Catalog
from bot.slack.blocks.home import closed_home, home_view
from bot.slack.people import People
from bot.store.store import Store


async def app_home_opened(
    event: dict[str, Any],
    client: AsyncWebClient,
    *,
    store: Store,
    people: People,
    catalog: Catalog,
    now: Callable[[], float],
) -> None:
    """The Home tab: what needs codes, and what is under way."""
    if event.get("tab") == "home":
        await show_home(event["user"], client, store, people, catalog, now)


async def home_refresh(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    *,
    store: Store,
    people: People,
    catalog: Catalog,
    now: Callable[[], float],
) -> None:
    """The Home tab's own button."""
    await ack()
    await show_home(body["user"]["id"], client, store, people, catalog, now)


async def show_home(
    user: str, client: AsyncWebClient, store: Store, people: People, catalog: Catalog, now: Callable[[], float]
) -> None:
    """Publishes one person's Home tab."""
    try:
        await people.check(user, "")
    except NotAllowed as error:
        await client.views_publish(user_id=user, view=closed_home(error))
        return
    uploads = await store.history.latest(limit=5)
    try:
        reading = await catalog.read()
    except PersonaClickError as error:
        view = home_view(error, uploads, now())
    else:
        view = home_view(reading.lists, uploads, now(), reading.failures)
    await client.views_publish(user_id=user, view=view)
