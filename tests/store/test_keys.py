"""SECRET_KEY changed: the new one and the earlier one side by side."""

from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.store.database import Database
from bot.store.store import Store
from bot.store.vault import Vault

FIRST, SECOND, THIRD = "1" * 32, "2" * 32, "3" * 32


async def opened(url: str, key: str, before: str = "") -> tuple[Store, bytes]:
    """The store with these keys, opened and closed again; and the key its fingerprints are made with."""
    store = Store(Database(url), Vault(key, before), owner="me", timeout_s=1, shop_ids={})
    try:
        await store.open()
    finally:
        await store.close()
    return store, store.vault.fingerprint_key


async def test_a_change_of_key_loses_nothing(database_url: str) -> None:
    """With the earlier key beside it a new one takes over: stored codes open, codes loaded before are recognised; later
    the earlier key may go, and the next change works the same."""
    first, key = await opened(database_url, FIRST)
    sealed = first.vault.seal(b"codes", "row 1")
    second, same = await opened(database_url, SECOND, FIRST)
    assert (same, second.vault.open(sealed, "row 1")) == (key, b"codes")
    assert (await opened(database_url, SECOND))[1] == key
    assert (await opened(database_url, THIRD, SECOND))[1] == key
    assert (await opened(database_url, THIRD))[1] == key


@pytest.mark.parametrize(("key", "before"), [(SECOND, ""), (SECOND, THIRD)])
async def test_a_key_that_is_not_known_stops_the_start(database_url: str, key: str, before: str) -> None:
    """A new key without the right earlier one beside it is refused."""
    await opened(database_url, FIRST)
    with pytest.raises(SettingsError) as caught:
        await opened(database_url, key, before)
    assert caught.value.name == "SECRET_KEY"
    await opened(database_url, FIRST)


def test_what_is_sealed_now_needs_the_new_key() -> None:
    """Nothing new is sealed with the earlier key."""
    sealed = Vault(SECOND, FIRST).seal(b"codes", "row")
    with pytest.raises(ValueError, match="another key"):
        Vault(FIRST).open(sealed, "row")
