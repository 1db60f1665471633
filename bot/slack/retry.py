"""When Slack is asked again: its 429 is obeyed within a bound, its passing failures are waited out."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

log = logging.getLogger(__name__)

MAX_TRIES = 4
MAX_PAUSE_S = 60.0
# Somebody waits for an answer: a longer pause than this is not waited out where there is another way to them.
ANSWER_WAITS_S = 5.0
RATE_LIMITED = "ratelimited"
# Errors of Slack's own making, told with status 200 as well; https://docs.slack.dev/reference/methods/chat.postMessage
TRANSIENT = (RATE_LIMITED, "internal_error", "fatal_error", "service_unavailable", "request_timeout")
# A card is rendered anew before it is sent again, so its old text is not repeated; a form is of use for 3 seconds only.
_ONCE = ("chat.update", "views.open")


class PassingTrouble(AsyncRetryHandler):
    """Sends a call to Slack's Web API again while Slack has only passing trouble, up to four times in all.

    Given to the client, so that every call has it; the SDK's own handlers read no error under status 200, and take
    Retry-After for a number without a bound.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        super().__init__(max_retry_count=MAX_TRIES - 1)
        self._sleep = sleep

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.endswith(_ONCE):
            return False
        if error is not None:
            return pause_after(error, state.current_attempt + 1) is not None
        return response is not None and _is_transient(response.status_code, _word(response), _is_slacks(response))

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Waits as long as Slack asks, a minute at most, or longer each time."""
        attempt = state.current_attempt + 1
        headers = {name.lower(): values for name, values in response.headers.items()} if response else {}
        asked = headers.get("retry-after")
        pause = _asked_s(asked[0]) if asked else _growing_s(attempt)
        why = f"status {response.status_code}" if response else type(error).__name__
        host = urlsplit(request.url).hostname
        log.warning("Slack at %s does not answer (%s), trying again in %.0f s", host, why, pause)
        await self._sleep(pause)
        state.next_attempt_requested = True
        state.increment_current_attempt()


def error_code(error: SlackApiError) -> str:
    """Slack's own code for what is wrong; empty when the answer is not the Web API's, but a proxy's, or cut off."""
    document = getattr(error.response, "data", None)
    return str(document.get("error") or "") if isinstance(document, dict) else ""


def pause_after(error: Exception, attempt: int) -> float | None:
    """Seconds until the try after `attempt` (from 1), a minute at most; None when another try would end the same."""
    match error:
        case SlackApiError(response=response):
            # Where the body is no JSON the SDK raises with aiohttp's answer instead of its own.
            status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
            code = error_code(error)
            if status == 429 or code == RATE_LIMITED:
                return _asked_s(getattr(response, "headers", {}).get("Retry-After") or "1")
            if not _is_transient(status, code, bool(code)):
                return None
        case aiohttp.ClientError() | TimeoutError() | OSError():
            pass
        case _:
            return None
    return _growing_s(attempt)


def pause_before_transfer(status: int, retry_after: str, attempt: int) -> float | None:
    """Seconds until a file that Slack did not send or take at try `attempt` (from 1) is tried again; None for never.

    `status` is 0 where the transfer was cut off, or shorter than Slack said.
    """
    if attempt >= MAX_TRIES or not (status in (0, 429) or status >= 500):
        return None
    return _asked_s(retry_after or "1") if status == 429 else _growing_s(attempt)


def pause_before_answer(status: int, retry_after: str, attempt: int) -> float | None:
    """Seconds until an answer is tried again for which somebody waits; None when it has to go another way."""
    if attempt >= MAX_TRIES or not (status == 429 or status >= 500):
        return None
    pause = _asked_s(retry_after) if retry_after else float(attempt)
    return pause if pause <= ANSWER_WAITS_S else None


def _is_transient(status: int, code: str, slacks: bool) -> bool:
    return status == 429 or status >= 500 or code in TRANSIENT or not slacks


def _word(response: HttpResponse) -> str:
    return str((response.body or {}).get("error") or "") if isinstance(response.body, dict) else ""


def _is_slacks(response: HttpResponse) -> bool:
    # Uploads are answered with plain words; https://docs.slack.dev/reference/methods/files.getUploadURLExternal
    return isinstance(response.body, dict) or response.data is not None


def _asked_s(text: str) -> float:
    # Slack promises whole seconds; a proxy may say a date or a word. https://docs.slack.dev/apis/web-api/rate-limits
    return min(float(text), MAX_PAUSE_S) if re.fullmatch(r"\s*[0-9]{1,9}(\.[0-9]{1,9})?\s*", text) else MAX_PAUSE_S / 2


def _growing_s(attempt: int) -> float:
    return min(MAX_PAUSE_S, 2.0 ** min(attempt, 6))
