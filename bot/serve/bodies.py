"""Bodies of requests while they arrive, bounded one by one and all together."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

# A form with pasted codes is the largest thing Slack sends: 3,000 characters a field, 100 blocks.
LARGEST_BODY = 2 * 1024 * 1024
MOST_HELD = 16 * 1024 * 1024


@dataclass(eq=False, slots=True)
class _Body:
    request: web.Request
    content: bytearray = field(default_factory=bytearray)


class Bodies:
    """Reads bodies. When those that are not whole yet hold too much together, the oldest is given up.

    Slack's are whole in a moment, so that it is somebody else's.
    """

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held = 0
        self._open: dict[_Body, None] = {}

    async def read(self, request: web.Request) -> bytes | None:
        """The body; None when it is larger than 2 MB. Raises ConnectionError when it does not come, or is given up."""
        body = _Body(request)
        self._open[body] = None
        try:
            async for chunk in request.content.iter_any():
                if body not in self._open:
                    raise ConnectionAbortedError("given up")
                body.content += chunk
                self._held += len(chunk)
                if len(body.content) > LARGEST_BODY:
                    return None
                while self._held > self._most:
                    self._give_up(next(iter(self._open)))
            return bytes(body.content)
        finally:
            self._close(body)

    def _give_up(self, body: _Body) -> None:
        self._close(body)
        if body.request.transport is not None:
            body.request.transport.close()

    def _close(self, body: _Body) -> None:
        if body in self._open:
            del self._open[body]
            self._held -= len(body.content)
            body.content = bytearray()
