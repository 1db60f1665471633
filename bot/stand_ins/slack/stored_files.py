"""Files as Slack keeps them."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import quote

from bot.stand_ins.slack.cast import TEAM

Condition = Literal["fine", "deleted", "tombstone", "external", "denied", "page", "hang", "error"]
_FILETYPES = {"txt": "text", "md": "markdown", "": "binary"}
_PREVIEW_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Share:
    """Where a file was posted."""

    channel: str
    ts: str
    thread_ts: str = ""


@dataclass(slots=True)
class StoredFile:
    """A file and how it behaves.

    `condition`: deleted, tombstone, external and denied show in files.info; page (an HTML login page), hang and error
    (500) only at the download. `shares_lag` is how many calls of files.info still hide where the file was posted.
    """

    id: str
    name: str
    user: str
    content: bytes
    created: int
    title: str = ""
    condition: Condition = "fine"
    shares: list[Share] = field(default_factory=list)
    shares_lag: int = 0
    complete: bool = True

    @property
    def mimetype(self) -> str:
        extension = self.name.rpartition(".")[2].lower()
        known = {"csv": "text/csv", "tsv": "text/tab-separated-values", "gz": "application/gzip"}
        return known.get(extension) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def as_slack(self, root: str) -> dict[str, Any]:
        """The file object; https://docs.slack.dev/reference/objects/file-object"""
        if self.condition == "tombstone":
            return {"id": self.id, "mode": "tombstone"}
        extension = PurePosixPath(self.name).suffix.lstrip(".").lower()
        where = f"{root}/files-pri/{TEAM}-{self.id}"
        about = {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": _FILETYPES.get(extension, extension),
            "user": self.user,
            "user_team": TEAM,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "file_access": "visible",
            "url_private": f"{where}/{quote(self.name)}",
            "url_private_download": f"{where}/download/{quote(self.name)}",
            "permalink": f"{root}/files/{self.user}/{self.id}/{quote(self.name)}",
        }
        if self.condition == "external":
            outside = f"https://drive.example/{self.id}"
            about |= {"mode": "external", "is_external": True, "external_type": "gdrive"}
            about |= {"url_private": outside, "url_private_download": outside}
        return about

    def shares_as_slack(self, private: bool, replies: Callable[[str, str], dict[str, Any]]) -> dict[str, Any]:
        """The `shares` property, by channel; empty while it lags. `replies` tells of those to a channel and ts."""
        if self.shares_lag > 0:
            self.shares_lag -= 1
            return {}
        found: dict[str, list[dict[str, Any]]] = {}
        for share in self.shares:
            thread = {"thread_ts": share.thread_ts} if share.thread_ts else {}
            found.setdefault(share.channel, []).append({"ts": share.ts, **thread, **replies(share.channel, share.ts)})
        return {"private" if private else "public": found} if found else {}

    @property
    def preview(self) -> str:
        """The first lines, for a person to look at; empty unless the file is text."""
        if not self.mimetype.startswith("text/"):
            return ""
        return self.content[: _PREVIEW_CHARACTERS * 4].decode("utf-8", "replace")[:_PREVIEW_CHARACTERS]
