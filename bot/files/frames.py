"""How checker and child talk: frames of a kind (one byte), a length (4 bytes, big-endian) and that many bytes."""

from __future__ import annotations

import struct
from enum import Enum
from typing import IO

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
