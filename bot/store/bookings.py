"""Campaigns' planned use of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select

from bot.promo.bookings import Booking
from bot.store.database import Database
from bot.store.watching import bookings


class Bookings:
    """Keeps bookings by their number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, booking: Booking) -> Booking:
        """Keeps a new booking; answers it with its number, which is never given again."""
        made_at = self._database.now()
        statement = insert(bookings).values(
            shop=booking.shop,
            list_id=booking.list_id,
            list_name=booking.list_name,
            codes=booking.codes,
            start=booking.start,
            end=booking.end,
            by=booking.by,
            channel=booking.channel,
            made_at=made_at,
        )
        async with self._database.begin() as connection:
            number = (await connection.execute(statement.returning(bookings.c.number))).scalar_one()
        return replace(booking, number=number, made_at=made_at)

    async def remove(self, number: int) -> Booking | None:
        """Takes a booking off; answers it, or None when there was none."""
        async with self._database.begin() as connection:
            row = (await connection.execute(select(bookings).where(bookings.c.number == number))).first()
            await connection.execute(delete(bookings).where(bookings.c.number == number))
        return _booking(row) if row else None

    async def ending_after(self, since: float) -> list[Booking]:
        """The bookings that end after a moment, by their start."""
        query = select(bookings).where(bookings.c.end > since).order_by(bookings.c.start, bookings.c.number)
        async with self._database.read() as connection:
            return [_booking(row) for row in await connection.execute(query)]


def of_list(found: Sequence[Booking], shop: str, list_id: str) -> list[Booking]:
    """Those of one list."""
    return [one for one in found if (one.shop, one.list_id) == (shop, list_id)]


def _booking(row: Any) -> Booking:
    return Booking(
        number=row.number,
        shop=row.shop,
        list_id=row.list_id,
        list_name=row.list_name,
        codes=row.codes,
        start=row.start,
        end=row.end,
        by=row.by,
        channel=row.channel,
        made_at=row.made_at,
    )
