"""A saved e-mail, or a web page saved as one file (MHT): the table or the text in it, when nothing is attached."""

from __future__ import annotations

import email
import email.policy
import re
from email.errors import MessageError
from email.message import EmailMessage, Message

from bot.errors import OtherFormat
from bot.files.formats import delimited, html_table
from bot.files.table import Table
from bot.promo.findings import Options

_HEADER = re.compile(
    rb"^(?:From|To|Subject|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Content-Type|Date|X-[\w-]+|"
    rb"DKIM-Signature): ?\S",
    re.IGNORECASE | re.MULTILINE,
)
# What a person who pastes a mail leaves out.
_CERTAIN = re.compile(rb"^(?:MIME-Version|Message-ID|Received|Return-Path): ?\S", re.IGNORECASE | re.MULTILINE)


def detect(start: bytes, name: str) -> bool:
    """By its name, or by headers of RFC 5322 from the first line on."""
    begin = start.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0].lstrip(b"\xef\xbb\xbf \t\r\n")
    headers = len(_HEADER.findall(begin)) >= 2 and _HEADER.match(begin) and _CERTAIN.search(begin)
    return bool(headers) or name.endswith((".eml", ".mbox", ".mht", ".mhtml"))


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """The tables of its page, or the lines of its text. Raises OtherFormat where a file is attached, FileError."""
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        if any(part.get_filename() and not part.get_content_maintype() == "image" for part in parts):
            raise OtherFormat("mail")
        pages = [body for part in parts if (body := _body(part, "text/html")) and b"<table" in body.lower()]
        texts = [body for part in parts if (body := _body(part, "text/plain"))]
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        raise OtherFormat("mail") from None
    if pages:
        return html_table.read(pages[0], name, options)
    if texts:
        return delimited.read(texts[0], name, options)
    raise OtherFormat("mail")


def _body(part: Message | EmailMessage, kind: str) -> bytes:
    """The text of a part of this kind as UTF-8; empty for others."""
    if part.get_content_type() != kind:
        return b""
    raw = part.get_payload(decode=True)
    text = raw.decode(part.get_content_charset() or "utf-8", "replace") if isinstance(raw, bytes) else ""
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace") if text.strip() else b""
