"""XML read element by element, within limits and without entities of its own."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from bot.errors import Unreadable

_MAX_DEPTH = 200
_CHUNK = 1 << 20

Start = Callable[[str, dict[str, str]], None]


def parse(content: bytes, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
    """Calls `start`, `end` and `text` for each element; names are without their namespace, in small letters.

    A document type with entities is refused (billion laughs, files of this machine). Raises Unreadable.
    """
    depth = 0
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise Unreadable("damaged")
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(name))

    def refuse(*_: object) -> int:
        raise Unreadable("damaged")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        for at in range(0, len(content), _CHUNK):
            parser.Parse(content[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable("damaged") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()
