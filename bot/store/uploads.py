"""Uploads as people move them: made, checked, confirmed, cancelled, resumed, decided, undone, wiped."""

from __future__ import annotations

from collections.abc import AsyncIterable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import FileError, FileProblem, WrongState
from bot.promo.findings import Checked, Options
from bot.promo.lists import PromoList
from bot.promo.uploads import FINISHED, BatchState, Notice, State, Stopped, Upload
from bot.store.database import Database
from bot.store.records import to_text, to_uploads, without_payloads
from bot.store.retention import wipe
from bot.store.tables import batches, uploads
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A source of codes that came in. `asked_for`: a person asked for exactly this, so it gets a card in any case."""

    ref: str
    channel: str
    user: str
    file_name: str
    file_id: str = ""
    thread_ts: str = ""
    source: bytes | None = None
    asked_for: bool = False
    shop: str = ""
    list_id: str = ""
    list_name: str = ""


class Uploads:
    """The uploads table, one method per thing that happens to an upload."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def create(self, new: NewUpload) -> Upload:
        """A new upload, in state `checking`."""
        now = self._database.now()
        async with self._database.begin() as connection:
            await connection.execute(
                insert(uploads).values(
                    ref=new.ref,
                    state=State.CHECKING,
                    shop=new.shop,
                    list_id=new.list_id,
                    list_name=new.list_name,
                    channel=new.channel,
                    thread_ts=new.thread_ts,
                    user=new.user,
                    file_id=new.file_id,
                    file_name=new.file_name,
                    source=None if new.source is None else self._vault.seal(new.source, f"source {new.ref}"),
                    asked_for=new.asked_for,
                    created_at=now,
                    changed_at=now,
                    version=1,
                )
            )
        return await self.get(new.ref)

    async def find(self, ref: str) -> Upload | None:
        """The upload, or None when there is none of that name."""
        async with self._database.read() as connection:
            rows = (await connection.execute(without_payloads().where(uploads.c.ref == ref))).all()
            return (await to_uploads(connection, rows))[0] if rows else None

    async def get(self, ref: str) -> Upload:
        """The upload. Raises WrongState when there is none of that name."""
        upload = await self.find(ref)
        if upload is None:
            raise WrongState("unknown")
        return upload

    async def source(self, ref: str) -> bytes | None:
        """The pasted text the upload came from, if it did not come from a file."""
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(uploads.c.source).where(uploads.c.ref == ref))
        return None if sealed is None else self._vault.open(sealed, f"source {ref}")

    async def report(self, ref: str) -> bytes | None:
        """The packed report of every row left out, until it is wiped."""
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(uploads.c.report).where(uploads.c.ref == ref))
        return None if sealed is None else self._vault.open(sealed, f"report {ref}")

    async def asked_for(self, ref: str) -> bool:
        """Whether a person asked for exactly this."""
        async with self._database.read() as connection:
            return bool(await connection.scalar(select(uploads.c.asked_for).where(uploads.c.ref == ref)))

    async def save_checked(
        self, ref: str, checked: Checked, report: bytes, packed: AsyncIterable[tuple[int, bytes]]
    ) -> Upload:
        """The check is done: `packed` are its batches, (count, packed codes), in order. Raises WrongState."""
        async with self._database.begin() as connection:
            row = await self._move(
                connection,
                ref,
                {State.CHECKING},
                State.CHECKED,
                checked=to_text(checked, Checked),
                report=self._vault.seal(report, f"report {ref}") if report else None,
                digest=checked.digest,
                failure="",
            )
            await connection.execute(delete(batches).where(batches.c.upload_id == row.id))
            number = 0
            async for count, plain in packed:
                payload = self._vault.seal(plain, f"batch {ref} {number} 0")
                await connection.execute(
                    insert(batches).values(
                        upload_id=row.id,
                        number=number,
                        part=0,
                        count=count,
                        state=BatchState.PENDING,
                        payload=payload,
                    )
                )
                number += 1
        return await self.get(ref)

    async def failed(self, ref: str, failure: FileError) -> Upload:
        """The check failed. Raises WrongState."""
        return await self._moved(ref, {State.CHECKING}, State.FAILED, failure=to_text(failure, FileProblem))

    async def check_again(
        self, ref: str, options: Options | None = None, promo_list: PromoList | None = None
    ) -> Upload:
        """Back to `checking`, with other options or another list. Raises WrongState once it is confirmed."""
        values = {"options": to_text(options, Options)} if options is not None else {}
        values |= _chosen(promo_list) if promo_list is not None else {}
        return await self._moved(ref, {State.CHECKED, State.FAILED}, State.CHECKING, **values)

    async def choose_list(self, ref: str, promo_list: PromoList) -> Upload:
        """The list the codes are for. Raises WrongState once it is confirmed."""
        return await self._moved(ref, {State.CHECKED}, State.CHECKED, **_chosen(promo_list))

    async def guess_list(self, ref: str, promo_list: PromoList) -> Upload:
        """The list a file's name names, while it is checked. Raises WrongState."""
        return await self._moved(ref, {State.CHECKING}, State.CHECKING, **_chosen(promo_list))

    async def confirm(self, ref: str, by: str, version: int) -> Upload:
        """Into the queue, if it is still as the person saw it. Raises WrongState, also on a second click."""
        now = self._database.now()
        async with self._database.begin() as connection:
            row = await self._move(connection, ref, {State.CHECKED}, State.QUEUED, confirmed_by=by, confirmed_at=now)
            if not row.list_id or row.version != version + 1:
                raise WrongState("changed")
        return await self.get(ref)

    async def cancel(self, ref: str) -> Upload:
        """Not to be uploaded; its codes are wiped. Raises WrongState once something was sent."""
        async with self._database.begin() as connection:
            row = await self._move(
                connection,
                ref,
                {State.CHECKED, State.QUEUED, State.FAILED},
                State.CANCELLED,
                finished_at=self._database.now(),
            )
            sent = select(batches.c.number).where(batches.c.upload_id == row.id, batches.c.state != BatchState.PENDING)
            if await connection.scalar(sent) is not None:
                raise WrongState(State.SENDING)
            await wipe(connection, [row.id])
        return await self.get(ref)

    async def resume(self, ref: str) -> Upload:
        """A paused upload goes on where it stopped. Raises WrongState."""
        async with self._database.begin() as connection:
            row = await self._move(connection, ref, {State.PAUSED}, State.QUEUED, notice="", retry_at=0, down_since=0)
            if row.undone_by:
                await self._move(connection, ref, {State.QUEUED}, State.UNDOING)
        return await self.get(ref)

    async def stop(self, ref: str) -> Upload:
        """Nothing more is sent; what was sent is read back. Raises WrongState."""
        async with self._database.begin() as connection:
            row = await self._move(
                connection,
                ref,
                {State.PAUSED, State.NEEDS_DECISION},
                State.QUEUED,
                notice=to_text(Stopped("by person"), Notice),
                retry_at=0,
            )
            open_ones = batches.c.state.in_([BatchState.SENDING, BatchState.UNSURE])
            await connection.execute(
                update(batches)
                .where(batches.c.upload_id == row.id, open_ones)
                .values(state=BatchState.UNSURE, decided=True)
            )
        return await self.get(ref)

    async def decide(self, ref: str, version: int, *, again: bool) -> Upload:
        """The batch in question is sent again, or skipped, if it is the one the person was asked about.

        Whether it is in the list is not known, so the next batch needs a reading of its own. Raises WrongState, also on
        a second click.
        """
        async with self._database.begin() as connection:
            row = await self._move(
                connection, ref, {State.NEEDS_DECISION}, State.QUEUED, notice="", retry_at=0, baseline=None
            )
            if row.version != version + 1:
                raise WrongState("changed")
            if again:
                await _decide(connection, row.id, state=BatchState.PENDING, message="")
            else:
                await _decide(connection, row.id, decided=True)
        return await self.get(ref)

    async def undo(self, ref: str, by: str) -> Upload:
        """Its codes are to be taken back. Raises WrongState, also when the time for it is over."""
        async with self._database.begin() as connection:
            row = await self._move(connection, ref, set(FINISHED), State.UNDOING, undone_by=by, notice="")
            if row.wiped or row.undo_until <= self._database.now():
                raise WrongState(State.EXPIRED)
        return await self.get(ref)

    async def alive(self, ref: str) -> None:
        """The check is still running here."""
        async with self._database.begin() as connection:
            here = uploads.c.ref == ref
            await connection.execute(update(uploads).where(here).values(changed_at=self._database.now()))

    async def forget(self, ref: str) -> None:
        """Nothing is left of an upload that came to nothing: a file that holds no codes."""
        async with self._database.begin() as connection:
            upload_id = await connection.scalar(select(uploads.c.id).where(uploads.c.ref == ref))
            await connection.execute(delete(batches).where(batches.c.upload_id == upload_id))
            await connection.execute(delete(uploads).where(uploads.c.id == upload_id))

    async def _moved(self, ref: str, sources: Collection[State], target: State, **values: Any) -> Upload:
        async with self._database.begin() as connection:
            await self._move(connection, ref, sources, target, **values)
        return await self.get(ref)

    async def _move(
        self, connection: AsyncConnection, ref: str, sources: Collection[State], target: State, **values: Any
    ) -> Row[Any]:
        moved = await connection.execute(
            update(uploads)
            .where(uploads.c.ref == ref, uploads.c.state.in_(list(sources)))
            .values(state=target, version=uploads.c.version + 1, changed_at=self._database.now(), **values)
        )
        row: Row[Any] | None = (await connection.execute(without_payloads().where(uploads.c.ref == ref))).first()
        if row is None:
            raise WrongState("unknown")
        if moved.rowcount == 0:
            raise WrongState(row.state)
        return row


def _chosen(promo_list: PromoList) -> dict[str, str]:
    return {"shop": promo_list.shop, "list_id": promo_list.id, "list_name": promo_list.title}


async def _decide(connection: AsyncConnection, upload_id: int, **values: Any) -> None:
    open_question = (batches.c.state == BatchState.UNSURE) & ~batches.c.decided
    await connection.execute(update(batches).where(batches.c.upload_id == upload_id, open_question).values(**values))
