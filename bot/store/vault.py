"""SECRET_KEY at work: it seals stored codes and keys their fingerprints."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """Seals bytes so that only this SECRET_KEY opens them (AES-256-GCM; NIST SP 800-38D).

    `before` is the key until it was changed: what was sealed with it is still opened. `fingerprint_key` stays what it
    was when the database was made, so that codes are recognised after a change, too.
    """

    def __init__(self, secret_key: str, before: str = "", *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._ciphers = [AESGCM(_derive(key, "seal")) for key in (secret_key, before) if key]
        self._random = random
        self.fingerprint_key = _derive(secret_key, "fingerprint")
        self.fingerprint_key_before = _derive(before, "fingerprint") if before else b""
        self.key_id = _derive(secret_key, "mark").hex()[:16]
        self.key_id_before = _derive(before, "mark").hex()[:16] if before else ""

    def seal(self, plain: bytes, about: str) -> bytes:
        """`plain` sealed; `about` (which row it belongs to) must be the same to open it."""
        nonce = self._random(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed. Raises ValueError when the key or `about` is another."""
        for cipher in self._ciphers:
            with suppress(InvalidTag):
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        raise ValueError("sealed with another key")


def _derive(key: str, purpose: str) -> bytes:
    return hmac.new(key.encode(), f"promo-bot {purpose} v1".encode(), hashlib.sha256).digest()
