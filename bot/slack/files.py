"""Files in Slack: what Slack says of one, and its safe download."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DownloadRefused, FileGone, FileTooLarge
from bot.slack.blocks.text import clean
from bot.slack.client import needed, session
from bot.slack.retry import error_code, pause_before_transfer

_CHUNK = 1 << 16
# A download that brings nothing for so long, or takes longer than this in all, is given up.
_SILENCE_S = 30
_AT_MOST_S = 300
# `shares` can lag behind the event; https://github.com/slackapi/python-slack-sdk/issues/1277
_LAG_PAUSES_S = (0.3, 0.7, 1.5, 3.0)


@dataclass(frozen=True, slots=True)
class SlackFile:
    """What Slack says of a file. `places` are the (channel, message ts, thread ts) it was shared in."""

    id: str
    name: str
    user: str
    size: int
    mimetype: str
    url: str
    places: tuple[tuple[str, str, str], ...]

    def thread_in(self, channel: str) -> str:
        """The thread to answer in, or empty when the file was not shared there."""
        return next((thread_ts or ts for where, ts, thread_ts in self.places if where == channel), "")

    def message_in(self, channel: str) -> str:
        """The message the file came with, or empty when it was not shared there."""
        return next((ts for where, ts, _ in self.places if where == channel), "")


@dataclass(frozen=True, slots=True)
class Thread:
    """The answers under a file's message: how many, from how many people, and the ts of the last."""

    replies: int = 0
    people: int = 0
    last_ts: str = ""


class Files:
    """Reads files with the bot's token, from the hosts that may be sent it only."""

    def __init__(
        self,
        web: AsyncWebClient,
        token: str,
        *,
        hosts: Sequence[str],
        max_file_mb: int,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._web = web
        self._token = token
        self._hosts = tuple(hosts)
        self._max_file_mb = max_file_mb
        self._sleep = sleep

    async def info(self, file_id: str, channel: str = "") -> SlackFile:
        """The file; waits a little for Slack to know its thread in `channel`. Raises FileGone, DownloadRefused."""
        found = await self._info(file_id)
        for pause in _LAG_PAUSES_S:
            if not channel or found.thread_in(channel):
                break
            await self._sleep(pause)
            found = await self._info(file_id)
        return found

    async def thread(self, file_id: str, channel: str, ts: str) -> Thread:
        """The answers under the message `ts` of a file, as far as Slack tells without reading the channel."""
        try:
            shares = _shares(await self._about(file_id))
        except (FileGone, DownloadRefused):
            return Thread()
        found = next((share for where, share in shares if where == channel and share.get("ts") == ts), {})
        return Thread(
            _number(found.get("reply_count")),
            _number(found.get("reply_users_count")),
            str(found.get("latest_reply") or ""),
        )

    async def _info(self, file_id: str) -> SlackFile:
        return _parse(await self._about(file_id))

    async def _about(self, file_id: str) -> Any:
        try:
            answer = await self._web.files_info(file=file_id)
        except SlackApiError as error:
            if error_code(error) in ("file_not_found", "file_deleted", "access_denied"):
                raise FileGone from None
            if error_code(error) == "missing_scope":
                raise DownloadRefused("login_page") from None
            raise
        return needed(answer, "file")

    async def download(self, file: SlackFile) -> BinaryIO:
        """The content as an unnamed temporary file, for the caller to close.

        Slack's 429, its 5xx and a download that is cut off are asked for again, a few times.

        Raises FileTooLarge, FileGone, DownloadRefused.
        """
        self._refuse_other_hosts(file.url)
        if file.size > self._max_file_mb * 1024 * 1024:
            raise FileTooLarge(self._max_file_mb)
        for attempt in itertools.count(1):
            target: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
            try:
                told = await self._stream(file, target)
                if told is None:
                    target.seek(0)
                    return target
                pause = pause_before_transfer(*told, attempt)
                if pause is None:
                    raise DownloadRefused("status")
            except BaseException:
                target.close()
                raise
            target.close()
            await self._sleep(pause)
        raise AssertionError

    async def _stream(self, file: SlackFile, target: BinaryIO) -> tuple[int, str] | None:
        """Writes what comes; None once all is there, else Slack's status, 0 for a part of it, and its Retry-After."""
        timeout = aiohttp.ClientTimeout(total=_AT_MOST_S, sock_connect=10, sock_read=_SILENCE_S)
        headers = {"Authorization": f"Bearer {self._token}"}
        limit, size = self._max_file_mb * 1024 * 1024, 0
        try:
            getting = session(self._web).get(
                file.url, headers=headers, timeout=timeout, proxy=self._web.proxy, allow_redirects=False
            )
            async with getting as response:
                itself = file.mimetype == "text/html" and response.content_length == file.size
                _refuse_strange(response.status, "" if itself else response.content_type)
                if response.status != 200:
                    return response.status, response.headers.get("Retry-After", "")
                async for chunk in response.content.iter_chunked(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLarge(self._max_file_mb)
                    target.write(chunk)
        except TimeoutError:
            raise DownloadRefused("status") from None
        except aiohttp.ClientError:
            return 0, ""
        # One that ends early is no whole file, and Slack's size tells.
        return None if size >= file.size else (0, "")

    def _refuse_other_hosts(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise DownloadRefused("host") from None
        loopback = host == "localhost" or _is_loopback(host)
        allowed = host in self._hosts or (port is not None and f"{host}:{port}" in self._hosts)
        own_port = port is None or f"{host}:{port}" in self._hosts or loopback
        safe = parts.scheme == "https" or (parts.scheme == "http" and loopback)
        if not (allowed and own_port and safe) or parts.username or parts.password:
            raise DownloadRefused("host")


def _refuse_strange(status: int, content_type: str) -> None:
    if status in (404, 410):
        raise FileGone
    # Without files:read Slack answers 200 and a login page; https://github.com/slackapi/deno-slack-sdk/issues/285
    if status in (301, 302, 303, 307, 308) or (status == 200 and content_type == "text/html"):
        raise DownloadRefused("login_page")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse(about: dict[str, Any]) -> SlackFile:
    if about.get("is_external"):
        raise FileGone(outside=True)
    if about.get("mode") in ("tombstone", "hidden_by_limit") or not about.get("id"):
        raise FileGone
    return SlackFile(
        id=str(about["id"]),
        name=clean(str(about.get("name") or about.get("title") or "")) or "file",
        user=str(about.get("user") or ""),
        size=_number(about.get("size")),
        mimetype=str(about.get("mimetype") or ""),
        url=str(about.get("url_private_download") or about.get("url_private") or ""),
        places=tuple(
            (channel, str(share.get("ts") or ""), str(share.get("thread_ts") or ""))
            for channel, share in _shares(about)
        ),
    )


def _shares(about: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where a file was shared, with what Slack tells of each; https://docs.slack.dev/reference/objects/file-object"""
    kinds = about.get("shares")
    for places in kinds.values() if isinstance(kinds, dict) else ():
        for channel, shares in places.items() if isinstance(places, dict) else ():
            for share in shares if isinstance(shares, list) else ():
                if isinstance(share, dict):
                    yield channel, share


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isascii() and str(value).isdecimal() else 0
