"""Cards that a process posted and could not note any more, since it was killed."""

from __future__ import annotations

from bot.promo.uploads import Upload
from bot.slack.files import Files
from bot.store.store import Store


class Strays:
    """Finds such a card by what Slack tells of the file's thread; the bot may not read channels."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files

    async def find(self, upload: Upload) -> str:
        """The ts of the upload's stray card; empty unless it is surely this upload's. Raises SlackApiError."""
        if not upload.file_id or not upload.message_ts or upload.thread_ts != upload.message_ts:
            return ""
        thread = await self._files.thread(upload.file_id, upload.channel, upload.message_ts)
        others = await self._store.cards.beside(upload)
        # One answer more than there are cards, and nobody else has answered: nothing else can it be.
        alone = "" not in others and thread.people == 1 and thread.replies == len(others) + 1
        return thread.last_ts if alone and thread.last_ts not in others else ""
