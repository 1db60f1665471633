"""Alerts and their messages: one each, whoever opens, posts or asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import WrongState
from bot.promo.alerts import Alert, Ended, Level, Watch
from bot.promo.bookings import Booking
from bot.promo.forecast import RunOut
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.scores import Score, Shown
from bot.store.alert_messages import AlertMessage, AlertMessages
from bot.store.alerts import Alerts
from bot.store.bookings import Bookings, of_list
from bot.store.database import Database
from bot.store.digests import Digest, Digests
from bot.store.forecasts import Forecasts
from bot.store.outages import Outages
from bot.store.turns import Turns
from bot.store.watches import QuietHours, Watches
from tests.conftest import Clock

NOW = 1_800_000_000.0
NEW = Alert(0, "", "L", "Spring", "C1", Level.LOW, 500, NOW, 450, NOW)


async def opened(alerts: Alerts, alert: Alert = NEW) -> Alert:
    """An alert that is open now."""
    assert await alerts.open(alert)
    return (await alerts.all_open())[-1]


async def test_an_alert_is_open_once(database: Database) -> None:
    """Two who open an alert for the same list and channel open one; after it closed there may be another."""
    alerts = Alerts(database)
    first = await opened(alerts)
    assert not await alerts.open(replace(NEW, level=Level.EMPTY))
    assert await alerts.open(replace(NEW, channel="C2"))
    assert await alerts.close(first, Ended.REFILLED, 9_000)
    assert not await alerts.close(first, Ended.SLOWED, 1)
    assert await alerts.open(NEW)
    assert [one.channel for one in await alerts.all_open()] == ["C2", "C1"]
    closed = await alerts.get(first.id)
    assert (closed.ended, closed.available, closed.closed_at) == ("refilled", 9_000, NOW)


async def test_a_reading_leaves_what_people_did(database: Database, clock: Clock) -> None:
    """A reading changes what it knows of; who took or snoozed an alert stays."""
    alerts = Alerts(database)
    alert = await opened(alerts)
    await alerts.take(alert.id, "U1", NOW + 60)
    await alerts.snooze(alert.id, "U2", below=225)
    await alerts.changed(replace(alert, level=Level.HALF, available=200, likely=NOW + 9))
    found = await alerts.get(alert.id)
    assert (found.level, found.available, found.likely) == (Level.HALF, 200, NOW + 9)
    assert (found.taken_by, found.ask_at, found.snoozed_by, found.below) == ("U1", NOW + 60, "U2", 225)
    clock.at += 100
    assert [await alerts.wake(found), await alerts.wake(found)] == [True, False]
    assert [await alerts.ask(found), await alerts.ask(found)] == [True, False]


async def test_a_click_on_a_closed_alert_reopens_nothing(database: Database) -> None:
    """Whoever clicks too late is told so, and the alert stays closed."""
    alerts = Alerts(database)
    alert = await opened(alerts)
    await alerts.close(alert, Ended.REFILLED, 9_000)
    for click in (alerts.take(alert.id, "U1", 1.0), alerts.snooze(alert.id, "U1", until=1.0)):
        with pytest.raises(WrongState):
            await click
    with pytest.raises(WrongState):
        await alerts.get(999)
    assert await alerts.all_open() == []
    assert (await alerts.get(alert.id)).taken_by == ""


async def test_refills_teach(database: Database, clock: Clock) -> None:
    """How long each refill took is kept; what closed for another reason is none."""
    alerts = Alerts(database)
    for waited, why in ((100, Ended.REFILLED), (300, Ended.SLOWED), (500, Ended.REFILLED)):
        alert = await opened(alerts, replace(NEW, opened_at=clock.at))
        clock.at += waited
        await alerts.close(alert, why, 1)
    assert await alerts.refills() == [500, 100]
    assert [one.ended for one in await alerts.closed_since(NOW + 150)] == ["slowed", "refilled"]


async def test_a_message_is_posted_by_one(database: Database, clock: Clock) -> None:
    """Of two who post the same alerts one does; what a dead process left is taken up by one, a minute later."""
    alerts, messages = Alerts(database), AlertMessages(database)
    alert = await opened(alerts)
    assert await messages.without() == [alert]
    message = await messages.begin("C1", [alert])
    assert message == AlertMessage(1, "C1", "", 1)
    assert await messages.begin("C1", [alert]) is None
    assert (await messages.without(), await messages.behind()) == ([], [])
    clock.at += 61
    assert await messages.behind() == [message]
    assert [await messages.claim(message), await messages.claim(message)] == [True, False]
    await messages.posted(message, "C1", "1.5")
    await messages.shown(message)
    assert await messages.behind() == []
    await alerts.take(alert.id, "U1", 0.0)
    assert await messages.behind() == [AlertMessage(1, "C1", "1.5", 2)]
    assert await messages.of(1) == (AlertMessage(1, "C1", "1.5", 2), [await alerts.get(alert.id)])


async def test_a_young_message_takes_more_alerts(database: Database, clock: Clock) -> None:
    """Lists that turn within minutes share a message while it has room."""
    alerts, messages = Alerts(database), AlertMessages(database)
    message = await messages.begin("C1", [await opened(alerts)])
    assert message is not None
    assert await messages.young("C1", NOW - 600, 15) is None
    await messages.posted(message, "C1", "1.5")
    assert await messages.young("C1", NOW - 600, 15) == message.id
    assert await messages.young("C1", NOW - 600, 1) is None
    assert await messages.young("C2", NOW - 600, 15) is None
    second = await opened(alerts, replace(NEW, list_id="M"))
    await messages.join(message.id, [second])
    assert [one.list_id for one in (await messages.of(message.id))[1]] == ["L", "M"]
    clock.at += 600
    assert await messages.young("C1", clock.at - 599, 15) is None


async def test_a_turn_is_taken_by_one(database: Database, clock: Clock) -> None:
    """One process has the turn; the next begins when it is due and the last is over, or has died."""
    mine, theirs = Turns(database, "me"), Turns(database, "them")
    assert [await mine.take("r", 300, 180), await theirs.take("r", 300, 180)] == [True, False]
    await mine.done("r")
    assert not await theirs.take("r", 300, 180)
    clock.at += 300
    assert [await theirs.take("r", 300, 600), await mine.take("r", 300, 180)] == [True, False]
    clock.at += 300
    assert not await mine.take("r", 300, 180)
    clock.at += 301
    assert await mine.take("r", 300, 180)
    assert await mine.last("r") == clock.at
    assert await mine.last("other") == 0.0


async def test_watches_and_quiet_hours(database: Database) -> None:
    """A list is watched once in a channel, as it was said last; quiet hours belong to a channel."""
    watches = Watches(database)
    first = Watch("", "L", "C1", 500, 0.0, "U2", True, "U1")
    await watches.set(replace(first, codes=100), "Spring")
    await watches.set(first, "Spring")
    await watches.set(replace(first, channel="C2", off=True), "Spring")
    assert await watches.all("C1") == [(first, "Spring")]
    assert len(await watches.all()) == 2
    assert [await watches.remove("", "L", "C1"), await watches.remove("", "L", "C1")] == [True, False]
    hours = QuietHours("C1", 1_320, 420, "Europe/Istanbul", "U1")
    await watches.set_quiet(replace(hours, start=1))
    await watches.set_quiet(hours)
    assert await watches.quiet() == {"C1": hours}
    assert [await watches.end_quiet("C1"), await watches.end_quiet("C1")] == [True, False]


async def test_an_outage_is_told_once(database: Database, clock: Clock) -> None:
    """However often a shop fails, one process tells of it, and one of its end."""
    outages = Outages(database)
    await outages.failed("A", "Unreachable")
    clock.at += 60
    await outages.failed("A", "OutcomeUnknown")
    outage = (await outages.all())["A"]
    assert (outage.since, outage.failures, outage.why, outage.told_at) == (NOW, 2, "OutcomeUnknown", 0.0)
    assert [await outages.tell("A"), await outages.tell("A"), await outages.tell("B")] == [True, False, False]
    over = await outages.over("A")
    assert over is not None
    assert over.told_at == clock.at
    assert await outages.over("A") is None


async def test_bookings_keep_their_numbers(database: Database) -> None:
    """A number that was given is never given again."""
    bookings = Bookings(database)
    plan = Booking(0, "", "L", "Spring", 5_000, NOW + 10, NOW + 20, "U1", "C1")
    first = await bookings.add(plan)
    second = await bookings.add(replace(plan, list_id="M", start=NOW))
    assert (first.number, second.number) == (1, 2)
    assert await bookings.ending_after(NOW) == [second, first]
    assert of_list([second, first], "", "L") == [first]
    assert await bookings.ending_after(NOW + 20) == []
    assert (await bookings.remove(2), await bookings.remove(2)) == (second, None)
    assert (await bookings.add(plan)).number == 3


async def test_a_digest_is_sent_by_one(database: Database, clock: Clock) -> None:
    """One process sends a digest that is due; one that died is replaced, and a late one comes once."""
    digests = Digests(database)
    digest = Digest("C1", (0, 1), 9, 30, "UTC", "U1", NOW + 60, NOW)
    await digests.set(digest)
    assert (await digests.due(), await digests.of("C1")) == ([], digest)
    clock.at += 60
    assert await digests.due() == [digest]
    assert [await digests.claim(digest), await digests.claim(digest)] == [True, False]
    clock.at += 121
    assert await digests.claim(digest)
    await digests.sent(digest, NOW + 9_000)
    await digests.sent(digest, NOW + 1)
    assert await digests.due() == []
    assert await digests.of("C1") == replace(digest, next_at=NOW + 9_000, last_at=clock.at)
    assert [await digests.end("C1"), await digests.end("C1")] == [True, False]


async def test_forecasts_are_scored_once(database: Database, clock: Clock) -> None:
    """A forecast is kept once an hour, and the truth about it is told once."""
    forecasts = Forecasts(database)
    lists = [PromoList("L", "", 5), PromoList("M", "", 0), PromoList("N", "", 5)]
    outlooks = {("", one.id): Outlook(NOW, 1.0, RunOut(NOW + 1, NOW + 2, None), 1.5) for one in lists[:2]}
    await forecasts.shown(lists, outlooks)
    await forecasts.shown(lists, outlooks)
    ((key, shown),) = await forecasts.open()
    assert shown == Shown(NOW, NOW + 1, NOW + 2, None, 1.5)
    await forecasts.scored(key, Score(True, False, 0.5))
    await forecasts.scored(key, None)
    assert await forecasts.scores() == [Score(True, False, 0.5)]
    clock.at += 3_600
    await forecasts.shown(lists, outlooks)
    await forecasts.scored((await forecasts.open())[0][0], None)
    assert (await forecasts.open(), len(await forecasts.scores())) == ([], 1)
    clock.at += 400 * 86_400
    await forecasts.forget_old()
    assert await forecasts.scores() == []


async def test_a_run_out_is_counted_once(database: Database, clock: Clock) -> None:
    """Of all forecasts that were shown of one run-out the first one counts; the next run-out is another."""
    forecasts, one = Forecasts(database), PromoList("L", "", 5)
    outlook = Outlook(NOW, 1.0, RunOut(NOW + 1, NOW + 2, NOW + 3))
    told = [Score(True, False, 0.2), Score(False, True, 2.0), Score(False, False, 3.0)]
    for _ in range(2):
        for _ in told:
            await forecasts.shown([one], {("", "L"): outlook})
            clock.at += 3_600
        for (key, _), score in zip(await forecasts.open(), told, strict=True):
            await forecasts.scored(key, score)
    assert await forecasts.scores() == [told[0], told[0]]
