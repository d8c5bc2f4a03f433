"""Rows of one size out of PostgreSQL straight into NumPy: binary COPY, and no Python for a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final, TypeAlias

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

Column: TypeAlias = NDArray[Any]
UUID: Final = "uuid"
WORK_MEMORY: Final = "128MB"
"""What a hash of a whole city's people needs to stay off the disk; for this transaction alone."""
_HEAD: Final = 19
"""Signature, flags and the length of an extension area that is empty."""
_TAIL: Final = 2


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of one moment, and nothing can be written. Inside a transaction it is the outer one."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        yield


def _layout(shape: Mapping[str, str]) -> np.dtype[Any]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in shape.items():
        fields.append((f"{name} size", ">i4"))
        halves = [(f"{name}_hi", ">u8"), (f"{name}_lo", ">u8")]
        fields += halves if kind == UUID else [(name, f">{kind}")]
    return np.dtype(fields)


def _size(kind: str) -> int:
    return 16 if kind == UUID else int(kind[1:])


def fetch(statement: str, shape: Mapping[str, str], given: Mapping[str, Any] | None = None) -> dict[str, Column]:
    """The columns of a SELECT, each an array of its own. `shape` names them in order: `uuid`, `i2`, `i4` or `i8`.

    A uuid comes as two columns, `…_hi` and `…_lo`, whose order is the order of the uuids. No column may be NULL.
    """
    whole = BytesIO()
    with connection.cursor() as cursor:
        text = cursor.cursor.mogrify(statement, given).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT binary)", whole)
    return _columns(whole, shape)


def _columns(whole: BytesIO, shape: Mapping[str, str]) -> dict[str, Column]:
    layout = _layout(shape)
    with whole.getbuffer() as taken:
        count, rest = divmod(len(taken) - _HEAD - _TAIL, layout.itemsize)
        rows = np.frombuffer(taken, layout, count, _HEAD)
        found = {
            name: rows[name].astype(layout[name].newbyteorder("="))
            for name in layout.names or ()
            if name != "fields" and not name.endswith(" size")
        }
        even = not rest and all((rows[f"{name} size"] == _size(kind)).all() for name, kind in shape.items())
        del rows
    assert even, "a column was NULL, or not of the size the shape says"
    return found
