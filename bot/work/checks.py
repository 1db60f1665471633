"""Checks of dropped files and pasted codes: download, check in a child process, store what was found."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import logging
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import BinaryIO

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import CheckCutOff, CheckFailed, DownloadRefused, FileError, PersonaClickError, WrongState
from bot.files.checker import Checker
from bot.personaclick.catalog import Catalog
from bot.promo.file_types import calls_for_words, is_list, speaks_of_codes
from bot.promo.findings import Hit, Options
from bot.promo.lists import guess
from bot.promo.shapes import merge
from bot.promo.uploads import State, Upload
from bot.slack.files import Files, SlackFile
from bot.store.database import AWAY
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.ending import end

log = logging.getLogger(__name__)

# A check that takes longer than this is announced on a card.
ANNOUNCE_S = 1.5
ALIVE_EVERY_S = 10.0
# So many files are held on the disk at once, being checked or next in line.
MAX_DOWNLOADED = 4
# A file that nobody who may load codes shared is judged by its name when it is larger.
MAX_PEEK_MB = 5


class Checks:
    """Runs the checks of this process, each as a task.

    `changed` is told the ref of each upload that moved; `reference` names a failure for the person and the log;
    `today` is the day by which codes have expired.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        files: Files,
        checker: Checker,
        changed: Callable[[str], None],
        *,
        reference: Callable[[], str],
        today: Callable[[], datetime.date],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._files = files
        self._checker = checker
        self._changed = changed
        self._reference = reference
        self._today = today
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._announced: set[str] = set()
        self._turns = asyncio.Semaphore(MAX_DOWNLOADED)

    def start(self, ref: str) -> None:
        """Checks the upload, which is in state `checking`; at most one check of each at a time."""
        if ref not in self._tasks:
            self._tasks[ref] = asyncio.create_task(self._run(ref))

    async def take_in(self, new: NewUpload) -> Upload:
        """A new upload, and its check begun."""
        upload = await self._store.uploads.create(new)
        self.start(upload.ref)
        return upload

    async def holds_codes(self, file: SlackFile) -> bool:
        """Whether a file that is not to be loaded yet is one of codes: it is read, and nothing of it is kept."""

        async def nothing_known(_: bytes) -> Sequence[Hit]:
            return []

        if file.size > MAX_PEEK_MB * 1024 * 1024:
            return await self.named_like_codes(file)
        try:
            async with self._turns:
                with await self._files.download(file) as source:
                    async with self._checker.check(source, file.name, Options(), "", nothing_known) as result:
                        return result.checked.codes > 0
        except (FileError, CheckCutOff, SlackApiError, aiohttp.ClientError, TimeoutError):
            return False

    async def named_like_codes(self, file: SlackFile) -> bool:
        """Whether a file's name speaks of codes or names a list."""
        return speaks_of_codes(file.name) or guess(file.name, await self._catalog.soon()) is not None

    async def stop(self, within_s: float) -> None:
        """Lets short checks end; a longer one is cut off, and taken up by the next process."""
        await end(self._tasks.values(), within_s)

    async def _run(self, ref: str) -> None:
        signs = asyncio.create_task(self._signs_of_life(ref))
        try:
            await self._check(ref)
        except WrongState:
            log.info("upload %s: cancelled during its check", ref)
        except AWAY:
            log.warning("upload %s: the database is away, its check is taken up later", ref)
        except (CheckCutOff, asyncio.CancelledError) as error:
            log.warning("upload %s: its check was cut off and is taken up later", ref)
            with suppress(*AWAY):
                await asyncio.shield(self._store.uploads.let_go(ref))
            if isinstance(error, asyncio.CancelledError):
                raise
        except Exception:
            reference = self._reference()
            log.exception("upload %s: its check failed, reference %s", ref, reference)
            await self._fail(ref, CheckFailed(reference))
        finally:
            signs.cancel()
            self._announced.discard(ref)
            del self._tasks[ref]

    async def _signs_of_life(self, ref: str) -> None:
        await asyncio.sleep(ANNOUNCE_S)
        if await self._wanted(ref):
            self._announced.add(ref)
            self._changed(ref)
        while True:
            await asyncio.sleep(ALIVE_EVERY_S)
            with suppress(*AWAY):
                await self._store.uploads.alive(ref)

    async def _wanted(self, ref: str) -> bool:
        """Whether a card would not surprise anybody: somebody asked, or the file's name promises codes."""
        with suppress(*AWAY):
            upload = await self._store.uploads.find(ref)
            return (upload is not None and is_list(upload.file_name)) or await self._store.uploads.asked_for(ref)
        return False

    async def _check(self, ref: str) -> None:
        upload = await self._store.uploads.get(ref)
        if upload.state is not State.CHECKING:
            return
        try:
            upload = await self._guess_list(upload)
            await self._read(upload)
        except FileError as error:
            awaited = await self._store.uploads.asked_for(ref) or calls_for_words(error, upload.file_name)
            # A card that says Checking must not outlive its check.
            if not awaited and await self._store.uploads.forget_unshown(ref):
                return
            await self._fail(ref, error)
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            await self._fail(ref, DownloadRefused("status"))
        self._changed(ref)

    async def _guess_list(self, upload: Upload) -> Upload:
        if upload.list_id:
            return upload
        try:
            async with asyncio.timeout(5):
                lists = await self._catalog.lists(60.0)
        except (PersonaClickError, TimeoutError):
            lists = self._catalog.known()
        if (guessed := guess(upload.file_name, lists)) is not None:
            return await self._store.uploads.guess_list(upload.ref, guessed)
        return upload

    async def _read(self, upload: Upload) -> None:
        shops = [upload.shop] if upload.list_id else list(self._catalog.shops)
        # Whoever pastes into the box for codes means them as codes.
        options = dataclasses.replace(upload.options, pasted=not upload.file_id)
        known = [merge(shapes) for shop in shops for shapes in (await self._store.history.shapes(shop)).values()]

        async def lookup(fingerprints: bytes) -> Sequence[Hit]:
            return await self._store.fingerprints.lookup(fingerprints, shops, upload.ref)

        # A file is downloaded when its turn comes, so that many dropped at once take neither files nor disk.
        async with self._turns, AsyncExitStack() as stack:
            source = stack.enter_context(await self._source(upload))
            checking = self._checker.check(
                source, upload.file_name, options, upload.list_id, lookup, known=known, today=self._today()
            )
            async with checking as result:
                await self._store.uploads.save_checked(upload.ref, result.checked, result.report, result.batches())

    async def _source(self, upload: Upload) -> BinaryIO:
        pasted = await self._store.uploads.source(upload.ref)
        if pasted is None:
            return await self._files.download(await self._files.info(upload.file_id))
        source: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        source.write(pasted)
        source.seek(0)
        return source

    async def _fail(self, ref: str, why: FileError) -> None:
        with suppress(WrongState, *AWAY):
            await self._store.uploads.failed(ref, why)
        self._changed(ref)
