"""Asking Slack again: its 429 is obeyed, its failures are waited out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_PAUSE_S = 60.0
# Errors of Slack's own making, told with status 200 as well; https://docs.slack.dev/reference/methods/chat.postMessage
_PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


def said(error: SlackApiError) -> str:
    """Slack's own word for what is wrong; empty when the answer is not the Web API's, but a proxy's, or cut off."""
    document = getattr(error.response, "data", None)
    return str(document.get("error") or "") if isinstance(document, dict) else ""


def pause_after(error: Exception, attempt: int) -> float | None:
    """Seconds until the try after `attempt` (from 1); None when another try would end the same."""
    match error:
        case SlackApiError(response=response):
            # Where the body is no JSON the SDK raises with aiohttp's answer instead of its own.
            status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
            word = said(error)
            if status == 429 or word == "ratelimited":
                return float(response.headers.get("Retry-After") or 1)
            if status < 500 and word and word not in _PASSING:
                return None
        case aiohttp.ClientError() | TimeoutError() | OSError():
            pass
        case _:
            return None
    return min(LONGEST_PAUSE_S, 2.0 ** min(attempt, 6))


async def patiently(
    call: Callable[[], Awaitable[T]], tries: int = 4, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> T:
    """What `call` answers, tried so often while Slack has only passing trouble; the last error else."""
    for attempt in range(1, tries):
        try:
            return await call()
        except Exception as error:
            pause = pause_after(error, attempt)
            if pause is None:
                raise
            log.warning("Slack does not answer now (%s), trying again", type(error).__name__)
            await sleep(pause)
    return await call()
