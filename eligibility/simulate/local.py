"""The local rules of many households at once: what `assess.line` reads for one, by region and area, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from eligibility.local_settings import settings
from eligibility.rules.inputs import DEFAULT_EDGE_MULTIPLE
from eligibility.rules.ternary import Fen, Index
from eligibility.simulate.places import places

_TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class Local:
    """Each household's, in ten-thousandths: the edge multiple, the rigid ratio (−1 none), the rate of work costs."""

    edge_multiple: Fen
    rigid_ratio: Fen
    work_cost_rate: Fen


def local(region: Index, area: Index, on: date) -> Local:
    """`region` village codes as numbers, `area` as the rules code it. Each place some row names is asked once."""
    known = settings()
    found, of = places(region, area, {row.region_code for row in known.rows})

    def column(key: str, otherwise: int) -> Fen:
        values = (known.value(key, code, one.name.lower(), on) for code, one in found)
        return np.array([otherwise if one is None else int(one * _TEN_THOUSAND) for one in values], np.int64)[of]

    return Local(column("edge_multiple", DEFAULT_EDGE_MULTIPLE), column("rigid_ratio", -1), column("work_cost_rate", 0))


def share_of(fen: Fen, rate: Fen) -> Fen:
    """`local_settings.share_of` for columns: that share of each amount, half a fen up."""
    return (fen * rate * 2 + _TEN_THOUSAND) // (2 * _TEN_THOUSAND)
