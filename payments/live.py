"""Which families are paid next month, programme by programme, for a whole population at once."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.ternary import Bools
from eligibility.simulate.copying import UUID, fetch
from eligibility.simulate.matching import NOBODY, Register
from eligibility.simulate.population import Population
from payments.ledger import IN_FORCE

_NUMBERS: Final = {programme: number for number, programme in enumerate(Programme)}
_WORDS = " ".join(f"WHEN '{programme}' THEN {number}" for programme, number in _NUMBERS.items())
_LIVE: Final = f"""
    SELECT a.household_id, (CASE a.programme {_WORDS} ELSE -1 END)::smallint FROM payments_award a
    WHERE NOT a.is_once AND a.first_month <= %(month)s
      AND {IN_FORCE.format(award="a.id", month="%(month)s")} > 0"""  # noqa: S608
_SHAPE: Final = {"household": UUID, "programme": "i2"}


def families(population: Population, today: date) -> dict[Programme, Bools]:
    """Per programme, which of the population's households an award pays in the month after `today`. Shape (H,)."""
    month = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    rows = fetch(_LIVE, _SHAPE, {"month": month})
    home = Register(population.household_hi, population.household_lo).find(rows["household_hi"], rows["household_lo"])
    live: dict[Programme, Bools] = {}
    for programme, number in _NUMBERS.items():
        live[programme] = np.zeros(len(population.region), np.bool_)
        live[programme][home[(rows["programme"] == number) & (home != NOBODY)]] = True
    return live
