"""Questions about uploads, past and present."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, case, func, select

from bot.promo.findings import Checked, Shape
from bot.promo.lifecycle import FINISHED, RUNNING, UNDER_WAY
from bot.promo.lists import PromoList
from bot.promo.uploads import State, Upload
from bot.store.database import Database
from bot.store.records import from_text, to_uploads, without_payloads
from bot.store.tables import uploads

_TOLD = [*UNDER_WAY, *FINISHED, State.UNDONE]


class History:
    """Reads uploads for reports and for what a card says beside its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(
        self,
        promo_list: PromoList | None = None,
        limit: int = 20,
        *,
        by: str = "",
        states: Collection[State] = _TOLD,
        offset: int = 0,
    ) -> list[Upload]:
        """Uploads, those under way first, then the newest; of one list, person or kind of state if it is named.

        Without `states` those that were confirmed. `by` is who confirmed it, or shared it where nobody has yet.
        """
        query = without_payloads().where(uploads.c.state.in_(list(states)))
        if promo_list is not None:
            query = query.where(uploads.c.shop == promo_list.shop, uploads.c.list_id == promo_list.id)
        if by:
            shared = (uploads.c.confirmed_by == "") & (uploads.c.user == by)
            query = query.where((uploads.c.confirmed_by == by) | shared)
        under_way = uploads.c.state.in_(UNDER_WAY)
        at = case((uploads.c.confirmed_at > 0, uploads.c.confirmed_at), else_=uploads.c.created_at)
        order = query.order_by(under_way.desc(), at.desc(), uploads.c.id.desc())
        return await self._uploads(order.limit(limit).offset(offset))

    async def ended_since(self, moment: float) -> bool:
        """Whether an upload has ended, or was taken back, after `moment` (epoch seconds)."""
        query = select(uploads.c.id).where(uploads.c.finished_at > moment, uploads.c.confirmed_at > 0).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(query) is not None

    async def people(self) -> list[str]:
        """Everybody who confirmed an upload, or shared one that nobody confirmed; the latest first, 200 at most."""
        who = case((uploads.c.confirmed_by != "", uploads.c.confirmed_by), else_=uploads.c.user).label("who")
        query = select(who).group_by("who").order_by(func.max(uploads.c.id).desc())
        async with self._database.read() as connection:
            return [row.who for row in await connection.execute(query.limit(200))]

    async def of_file(self, file_id: str, channel: str) -> list[Upload]:
        """The uploads from a file shared in a channel."""
        return await self._uploads(without_payloads().where(uploads.c.file_id == file_id, uploads.c.channel == channel))

    async def named(self, refs: Iterable[str]) -> list[Upload]:
        """The uploads of these names."""
        return await self._uploads(without_payloads().where(uploads.c.ref.in_(list(refs))))

    async def same_content(self, digest: str, ref: str) -> Upload | None:
        """The first upload other than `ref` that sent exactly this content, or is about to."""
        query = without_payloads().where(
            uploads.c.digest == digest, uploads.c.ref != ref, uploads.c.state.in_(UNDER_WAY | FINISHED)
        )
        found = await self._uploads(query.order_by(uploads.c.id).limit(1))
        return found[0] if found else None

    async def ahead(self, upload: Upload) -> int:
        """How many uploads to the same list come before a queued one."""
        mine = uploads.alias()
        confirmed_at = select(mine.c.confirmed_at).where(mine.c.ref == upload.ref).scalar_subquery()
        first = (uploads.c.state != State.QUEUED) | (uploads.c.confirmed_at < confirmed_at)
        async with self._database.read() as connection:
            count = await connection.scalar(
                select(func.count()).where(
                    uploads.c.shop == upload.shop,
                    uploads.c.list_id == upload.list_id,
                    uploads.c.state.in_(RUNNING),
                    uploads.c.ref != upload.ref,
                    first,
                )
            )
        return int(count or 0)

    async def shapes(self, shop: str) -> dict[str, list[Shape]]:
        """What was loaded to each list of the shop, newest first, ten uploads at most of each."""
        query = (
            select(uploads.c.list_id, uploads.c.checked)
            .where(uploads.c.shop == shop, uploads.c.state.in_(FINISHED), uploads.c.checked != "")
            .order_by(uploads.c.id.desc())
            .limit(200)
        )
        shapes: dict[str, list[Shape]] = defaultdict(list)
        async with self._database.read() as connection:
            for list_id, checked in await connection.execute(query):
                if len(shapes[list_id]) < 10:
                    found: Checked = from_text(checked, Checked)
                    shapes[list_id].append(found.shape)
        return dict(shapes)

    async def _uploads(self, query: Select[Any]) -> list[Upload]:
        async with self._database.read() as connection:
            return await to_uploads(connection, (await connection.execute(query)).all(), self._database.told)
