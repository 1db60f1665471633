"""How checker and child talk: frames of a kind (one byte), a length (4 bytes, big-endian) and that many bytes."""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Sequence
from enum import Enum
from typing import IO

from bot.promo.findings import Hit

_HEAD = struct.Struct(">cI")
HEAD_SIZE = _HEAD.size
LARGEST = 1 << 30


class Kind(Enum):
    """What a frame holds."""

    ASKED = b"A"
    FINGERPRINTS = b"F"
    HITS = b"H"
    CHECKED = b"C"
    REPORT = b"R"
    BATCH = b"B"
    ERROR = b"E"
    END = b"Z"


def write(stream: IO[bytes], kind: Kind, body: bytes = b"") -> None:
    """Sends one frame."""
    stream.write(_HEAD.pack(kind.value, len(body)))
    stream.write(body)
    stream.flush()


def packed(kind: Kind, body: bytes) -> bytes:
    """One frame as bytes."""
    return _HEAD.pack(kind.value, len(body)) + body


def packed_hits(hits: Sequence[Hit]) -> bytes:
    """What was loaded before: a line of JSON that names lists, uploads and counts, then their places, 4 bytes each."""
    named = json.dumps([(hit.list_id, hit.ref, len(hit.places)) for hit in hits]).encode()
    return named + b"\n" + b"".join(array("I", hit.places).tobytes() for hit in hits)


def hits(body: bytes) -> list[Hit]:
    """The same, unpacked."""
    named, _, packed = body.partition(b"\n")
    places = array("I", packed)
    found, start = [], 0
    for list_id, ref, count in json.loads(named):
        found.append(Hit(list_id, ref, places[start : start + count]))
        start += count
    return found


def head(raw: bytes) -> tuple[Kind, int]:
    """The kind and length that a frame begins with. Raises ValueError."""
    kind, length = _HEAD.unpack(raw)
    if length > LARGEST:
        raise ValueError("a frame is too large")
    return Kind(kind), length


def read(stream: IO[bytes]) -> tuple[Kind, bytes]:
    """The next frame. Raises EOFError when the other side has gone."""
    raw = stream.read(HEAD_SIZE)
    if len(raw) < HEAD_SIZE:
        raise EOFError
    kind, length = head(raw)
    return kind, stream.read(length)
