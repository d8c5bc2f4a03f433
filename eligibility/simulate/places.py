"""Villages that share whatever is published: found once, however many there are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from eligibility.rules.codes import Area
from eligibility.rules.ternary import Codes, Index

_LEVELS: Final = (12, 9, 6, 4)


def places(region: Index, area: Codes | Index, named: Collection[str]) -> tuple[list[tuple[str, Area]], Index]:
    """The distinct places of these households, and which one is each household's.

    `named` are the regions some row names: below the smallest of them every village is alike.
    """
    keys, of = np.unique(region * 2 + (area == Area.RURAL), return_inverse=True)
    found: dict[tuple[str, Area], int] = {}
    place_of = [
        found.setdefault((_naming(f"{key // 2:012d}", named), Area.RURAL if key % 2 else Area.URBAN), len(found))
        for key in keys.tolist()
    ]
    return list(found), np.array(place_of, np.int64)[of]


def _naming(village: str, named: Collection[str]) -> str:
    above = (village[:digits].ljust(12, "0") for digits in _LEVELS)
    return next((code for code in above if code in named), village[:2].ljust(12, "0"))
