"""SECRET_KEY at work: it seals stored codes and keys their fingerprints."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """Seals bytes so that only this SECRET_KEY opens them (AES-256-GCM; NIST SP 800-38D)."""

    def __init__(self, secret_key: str, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._master = secret_key.encode()
        self._cipher = AESGCM(self._derive("seal"))
        self._random = random
        self.fingerprint_key = self._derive("fingerprint")
        self.key_id = self._derive("mark").hex()[:16]

    def _derive(self, purpose: str) -> bytes:
        return hmac.new(self._master, f"promo-bot {purpose} v1".encode(), hashlib.sha256).digest()

    def seal(self, plain: bytes, about: str) -> bytes:
        """`plain` sealed; `about` (which row it belongs to) must be the same to open it."""
        nonce = self._random(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed. Raises ValueError when the key or `about` is another."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except InvalidTag:
            raise ValueError("sealed with another key") from None
