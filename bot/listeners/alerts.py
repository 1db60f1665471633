"""The buttons of an alert: *I'm on it* and *Snooze*. Each click is judged by how the alert stands now."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.dates.words import span
from bot.dates.zones import day_start, local
from bot.errors import NotUnderstood, WrongState
from bot.listeners.answers import Answers
from bot.promo.alerts import Alert, ask_again_at, usual_refill_s
from bot.promo.pace import HOUR_S
from bot.slack.blocks import alerts as blocks
from bot.slack.directory import Directory
from bot.slack.people import People
from bot.store.store import Store
from bot.work.watching import Watching

MORNING_H = 9


async def take(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    watching: Watching,
) -> None:
    """*I'm on it*: the card names the person, who is asked once more while there is still time."""
    await ack()
    alert = await clicked(body, action.get("value") or "", store, people)
    refill_s = usual_refill_s(await store.alerts.refills())
    try:
        await store.alerts.take(alert.id, body["user"]["id"], ask_again_at(alert, store.clock(), refill_s))
    finally:
        watching.changed()


async def snooze(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], *, store: Store, people: People, answers: Answers
) -> None:
    """*Snooze*: a form that asks until when."""
    await ack()
    alert = await clicked(body, action.get("value") or "", store, people)
    if alert.closed_at:
        raise WrongState("alert closed")
    await answers.open(body.get("trigger_id") or "", blocks.snooze_form(alert))


async def snooze_form(
    ack: AsyncAck,
    body: dict[str, Any],
    view: dict[str, Any],
    *,
    store: Store,
    people: People,
    directory: Directory,
    watching: Watching,
) -> None:
    """The snooze form was sent: until a time, or until half of what is there."""
    user = body["user"]["id"]
    choice, words = blocks.parse_snooze_form(view["state"]["values"])
    zone = await directory.zone(user)
    try:
        until = await asyncio.to_thread(snoozed_until, choice, words, store.clock(), zone)
    except NotUnderstood:
        await ack(response_action="errors", errors=blocks.snooze_form_errors())
        return
    await ack()
    alert = await clicked(body, view.get("private_metadata") or "", store, people)
    try:
        await store.alerts.snooze(alert.id, user, until=until, below=0 if until else alert.available // 2)
    finally:
        watching.changed()


def snoozed_until(choice: str, words: str, now: float, zone: str) -> float:
    """When a snooze ends; 0 for half of what is there. Raises NotUnderstood."""
    if words:
        found = span(words, now, zone)
        until = found.start + MORNING_H * HOUR_S if found.whole_day else found.start
        if until <= now:
            raise NotUnderstood("past", words)
        return until
    match choice:
        case blocks.HALF:
            return 0.0
        case blocks.TOMORROW:
            return day_start(now, zone, 1) + MORNING_H * HOUR_S
        case blocks.MONDAY:
            return day_start(now, zone, 7 - local(now, zone).weekday()) + MORNING_H * HOUR_S
    return now + float(choice) * HOUR_S


async def clicked(body: dict[str, Any], alert_id: str, store: Store, people: People) -> Alert:
    """The alert a click is about, for a person who may. Raises NotAllowed, WrongState."""
    await people.check(body["user"]["id"], (body.get("channel") or {}).get("id") or "")
    if not alert_id.isdigit():
        raise WrongState("alert gone")
    return await store.alerts.get(int(alert_id))
