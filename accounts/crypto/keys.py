"""Where keys come from: masters and the search-index key in `.data/keys`, data keys wrapped in the database.

A sealed value is `b"\\x01" + data key id (4 bytes) + nonce + ciphertext + tag`; the domain ("id_number",
"account", …) is authenticated, so a value cannot be moved to another kind of column.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from accounts import clock
from accounts.crypto.suites import SUITES, Aes, Sm, Unreadable

if TYPE_CHECKING:
    from accounts.models import DataKey

VERSION: Final = b"\x01"
HEAD: Final = 5
WRAP_DOMAIN: Final = b"data_key"


def _key_file(name: str) -> bytes:
    """A 32-byte key from the key folder; made on first use, by whichever process comes first."""
    path: Path = settings.KEYS_DIR / name
    if not path.exists():
        settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


@lru_cache(maxsize=8)
def master(name: str) -> bytes:
    return _key_file(f"{name}.key")


@lru_cache(maxsize=1)
def index_key() -> bytes:
    return _key_file("index.key")


def suite() -> Aes | Sm:
    """The suite new values are written with."""
    return SUITES[settings.AID_CRYPTO_SUITE]


@lru_cache(maxsize=64)
def _data_key(pk: int) -> tuple[Aes | Sm, bytes]:
    from accounts.models import DataKey

    row = DataKey.objects.get(pk=pk)
    wrapper = SUITES[row.suite]
    return wrapper, wrapper.open(master(row.master)[: wrapper.key_size], bytes(row.wrapped), WRAP_DOMAIN)


_current: dict[str, int] = {}


def current() -> int:
    """The id of the data key new values are written with; made on first use, once for all processes."""
    code = suite().code
    if code not in _current:
        _current[code] = _current_row(code)
    return _current[code]


def _current_row(code: str) -> int:
    from accounts.models import DataKey

    newest = DataKey.objects.filter(suite=code).order_by("-pk").values_list("pk", flat=True).first()
    return newest if newest is not None else new_data_key().pk


def new_data_key() -> DataKey:
    """A fresh data key, wrapped by the newest master."""
    from accounts.models import DataKey as Row

    chosen, name = suite(), "master-1"
    wrapped = chosen.seal(master(name)[: chosen.key_size], os.urandom(chosen.key_size), WRAP_DOMAIN)
    return Row.objects.create(suite=chosen.code, master=name, wrapped=wrapped, created_at=clock.now())


def rewrap(new_master: str) -> int:
    """Wrap every data key with another master key; rows encrypted with them are untouched. How many were."""
    from accounts.models import DataKey

    count = 0
    with transaction.atomic():
        for row in DataKey.objects.select_for_update().order_by("pk"):
            chosen = SUITES[row.suite]
            plain = chosen.open(master(row.master)[: chosen.key_size], bytes(row.wrapped), WRAP_DOMAIN)
            row.wrapped = chosen.seal(master(new_master)[: chosen.key_size], plain, WRAP_DOMAIN)
            row.master = new_master
            row.save(update_fields=["wrapped", "master"])
            count += 1
    return count


def forget() -> None:
    """Drop every key held in memory: after a rotation, and between tests."""
    _current.clear()
    for cache in (_data_key, master, index_key):
        cache.cache_clear()


def seal(plain: bytes, domain: str) -> bytes:
    pk = current()
    chosen, key = _data_key(pk)
    return VERSION + pk.to_bytes(4, "big") + chosen.seal(key, plain, domain.encode())


def unseal(sealed: bytes, domain: str) -> bytes:
    """The plain bytes. Raises Unreadable."""
    if sealed[:1] != VERSION or len(sealed) < HEAD:
        raise Unreadable
    chosen, key = _data_key(int.from_bytes(sealed[1:HEAD], "big"))
    return chosen.open(key, sealed[HEAD:], domain.encode())


def index(value: str, domain: str) -> bytes:
    """The keyed index an exact search uses: equal values of one domain, equal bytes, and nothing more."""
    return indexer(domain)(value)


def indexer(domain: str) -> Callable[[str], bytes]:
    """The same for many values, one after the other: suite and key are looked up once."""
    chosen = suite()
    key, head = index_key()[: chosen.key_size], f"{domain}\x1f".encode()
    return lambda value: chosen.index(key, head + value.encode())
