"""Uploads as they come in, are checked, and are moved by what people decide."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import FileError, FileProblem, NotAllowed, WrongState
from bot.promo.findings import Checked, Options
from bot.promo.lifecycle import RUNNING, Event, after
from bot.promo.lists import PromoList
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, State, Upload
from bot.store.batches import Batches
from bot.store.changes import Columns, move
from bot.store.database import Database
from bot.store.decisions import change_batches, conditions, effects
from bot.store.dropped import took
from bot.store.records import to_text, to_uploads, without_payloads
from bot.store.retention import wipe
from bot.store.tables import batches, uploads
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A source of codes that came in. `asked_for`: a person asked for exactly this, so it gets a card in any case.

    `dropped` is the name under which its file was noted (see `DroppedFiles`), empty when it was not.
    """

    ref: str
    channel: str
    user: str
    file_name: str
    file_id: str = ""
    thread_ts: str = ""
    message_ts: str = ""
    shared_by: str = ""
    source: bytes | None = None
    asked_for: bool = False
    dropped: str = ""
    shop: str = ""
    list_id: str = ""
    list_name: str = ""


class Uploads:
    """The uploads table, one method per thing that happens to an upload."""

    def __init__(self, database: Database, vault: Vault, batches: Batches, shop_ids: Mapping[str, str]) -> None:
        """`shop_ids` are the shops of the settings, by their names."""
        self._database = database
        self._vault = vault
        self._batches = batches
        self._shop_ids = shop_ids

    async def create(self, new: NewUpload) -> Upload:
        """A new upload, in state `checking`. Raises WrongState when another process has made it from the same event."""
        now = self._database.now()
        async with self._database.begin() as connection:
            if new.dropped and not await took(connection, new.dropped):
                raise WrongState("moved")
            await connection.execute(
                insert(uploads).values(
                    ref=new.ref,
                    state=State.CHECKING,
                    shop=new.shop,
                    shop_id=self._shop_ids.get(new.shop, new.shop) if new.list_id else "",
                    list_id=new.list_id,
                    list_name=new.list_name,
                    channel=new.channel,
                    thread_ts=new.thread_ts,
                    message_ts=new.message_ts,
                    shared_by=new.shared_by,
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
            return (await to_uploads(connection, rows, self._database.told))[0] if rows else None

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

    async def left_out_report(self, ref: str) -> bytes | None:
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
            columns: Columns = {
                "checked": to_text(checked, Checked),
                "report": self._vault.seal(report, f"report {ref}") if report else None,
                "digest": checked.digest,
                "failure": "",
            }
            upload_id = await self._move(connection, ref, Event.CHECK, "", columns)
            await connection.execute(delete(batches).where(batches.c.upload_id == upload_id))
            number = 0
            async for count, plain in packed:
                batch = Batch(number, 0, count, BatchState.PENDING)
                await self._batches.add(connection, upload_id, ref, batch, plain)
                number += 1
        return await self.get(ref)

    async def failed(self, ref: str, failure: FileError) -> Upload:
        """The check failed. Raises WrongState."""
        return await self._moved(ref, Event.FAIL, "", {"failure": to_text(failure, FileProblem)})

    async def check_again(
        self, ref: str, by: str, options: Options | None = None, promo_list: PromoList | None = None
    ) -> Upload:
        """Back to `checking`, with other options or another list. Raises WrongState once it is confirmed."""
        columns: Columns = {} if promo_list is None else self._chosen(promo_list)
        if options is not None:
            columns["options"] = to_text(options, Options)
        return await self._moved(ref, Event.CHECK_AGAIN, by, columns)

    async def choose_list(self, ref: str, by: str, promo_list: PromoList) -> Upload:
        """The list the codes are for. Raises WrongState once it is confirmed."""
        return await self._moved(ref, Event.CHOOSE_LIST, by, self._chosen(promo_list))

    async def guess_list(self, ref: str, promo_list: PromoList) -> Upload:
        """The list a file's name names, while it is checked. Raises WrongState."""
        return await self._moved(ref, Event.GUESS_LIST, "", self._chosen(promo_list))

    async def apply(self, ref: str, event: Event, by: str, version: int | None = None, *, reason: str = "") -> Upload:
        """A person's decision, if `promo/lifecycle` allows it now; answers the upload after it.

        `version` is the one the person saw: when the upload rests and has changed since, nothing happens. While it is
        on its way every batch makes a new version, so there it does not count. `reason` goes with DECLINE.

        Raises WrongState, and NotAllowed for the approval of one's own upload.
        """
        async with self._database.begin() as connection:
            now = self._database.now()
            here = uploads.c.ref == ref
            allowed = and_(here, *conditions(event, by, now))
            if version is not None:
                allowed &= (uploads.c.version == version) | uploads.c.state.in_(RUNNING)
            columns = effects(event, by, now, reason)
            ids = await move(connection, allowed, event, now=now, by=by, columns=columns)
            if not ids:
                raise await _refusal(connection, ref, event, by, version)
            await change_batches(connection, ids[0], event)
            if event in (Event.CANCEL, Event.DECLINE):
                await wipe(connection, ids)
        return await self.get(ref)

    async def alive(self, ref: str) -> None:
        """The check is still running here."""
        async with self._database.begin() as connection:
            here = uploads.c.ref == ref
            await connection.execute(update(uploads).where(here).values(changed_at=self._database.now()))

    async def let_go(self, ref: str) -> None:
        """The check was cut off here by a stop, so that another process may begin it anew at once."""
        async with self._database.begin() as connection:
            here = (uploads.c.ref == ref) & (uploads.c.state == State.CHECKING)
            await connection.execute(update(uploads).where(here).values(changed_at=0.0))

    async def forget_unshown(self, ref: str) -> bool:
        """Leaves nothing of an upload that came to nothing, a file without codes; False when a card may show it."""
        unshown = (uploads.c.card_ts == "") & (uploads.c.showing_until == 0)
        async with self._database.begin() as connection:
            gone = await connection.execute(delete(uploads).where(uploads.c.ref == ref, unshown))
            return bool(gone.rowcount)

    async def name_shops(self) -> None:
        """Uploads keep the name their shop has in the settings now, and those of older versions get its id."""
        async with self._database.begin() as connection:
            for name, shop_id in self._shop_ids.items():
                unknown = (uploads.c.shop == name) & (uploads.c.shop_id == "") & (uploads.c.list_id != "")
                await connection.execute(update(uploads).where(unknown).values(shop_id=shop_id))
            for name, shop_id in self._shop_ids.items():
                renamed = (uploads.c.shop_id == shop_id) & (uploads.c.shop != name)
                await connection.execute(update(uploads).where(renamed).values(shop=name))

    async def _moved(self, ref: str, event: Event, by: str, columns: Columns) -> Upload:
        async with self._database.begin() as connection:
            await self._move(connection, ref, event, by, columns)
        return await self.get(ref)

    async def _move(self, connection: AsyncConnection, ref: str, event: Event, by: str, columns: Columns) -> int:
        here = uploads.c.ref == ref
        ids = await move(connection, here, event, now=self._database.now(), by=by, columns=columns)
        if not ids:
            raise await _refusal(connection, ref, event, by, None)
        return ids[0]

    def _chosen(self, promo_list: PromoList) -> Columns:
        return {
            "shop": promo_list.shop,
            "shop_id": self._shop_ids.get(promo_list.shop, promo_list.shop),
            "list_id": promo_list.id,
            "list_name": promo_list.title,
        }


async def _refusal(
    connection: AsyncConnection, ref: str, event: Event, by: str, version: int | None
) -> WrongState | NotAllowed:
    """Why nothing moved."""
    row = (await connection.execute(without_payloads().where(uploads.c.ref == ref))).first()
    if row is None:
        return WrongState("unknown")
    if after(event, State(row.state)) is None:
        return WrongState("moved", row.state)
    if version not in (None, row.version):
        return WrongState("changed")
    match event:
        case Event.APPROVE if row.confirmed_by == by:
            return NotAllowed("own_upload")
        case Event.CANCEL:
            return WrongState("moved", State.SENDING)
        case Event.UNDO | Event.TRY_AGAIN | Event.SEND_SKIPPED:
            return WrongState("expired")
    return WrongState("changed")
