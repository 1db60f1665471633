"""`/promo digest weekdays 09:00`: a report that comes by itself."""

from __future__ import annotations

from bot.dates.recurrence import next_after, schedule
from bot.listeners.requests import Request
from bot.listeners.watching_words import DigestTyped
from bot.slack.blocks import watching as blocks
from bot.slack.blocks.kit import Message
from bot.slack.directory import Directory
from bot.slack.people import People
from bot.store.digests import Digest
from bot.store.store import Store
from bot.work.digests import schedule_of


async def digest(
    typed: DigestTyped,
    request: Request,
    *,
    store: Store,
    people: People,
    directory: Directory,
) -> None:
    """`/promo digest weekdays 09:00 | daily | mondays | off`; alone it says what is set."""
    if typed.words.casefold() in ("off", "stop", "no", "none", "never"):
        await request.reply(blocks.digest_off(was=await store.digests.end(request.channel)))
        return
    if not typed.words:
        known = await store.digests.of(request.channel)
        message = blocks.digest_off(was=False) if known is None else _set(known)
        await request.reply(message)
        return
    # The answer is posted for everybody in the channel, whenever it comes.
    await people.check(request.user, request.channel, shows=True)
    if not await directory.joined(request.channel):
        await request.reply(blocks.not_in_channel())
        return
    chosen = schedule(typed.words, await directory.zone(request.user))
    made = Digest(
        channel=request.channel,
        days=chosen.days,
        hour=chosen.hour,
        minute=chosen.minute,
        tz=chosen.tz,
        by=request.user,
        next_at=next_after(chosen, store.clock()),
    )
    await store.digests.set(made)
    await request.reply(_set(made))


def _set(digest: Digest) -> Message:
    return blocks.digest_set(schedule_of(digest).words, digest.next_at, digest.tz)
