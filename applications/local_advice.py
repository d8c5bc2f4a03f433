"""What the local rules say beside a question only a person answers: numbers, limits and papers; never the answer."""

from __future__ import annotations

from datetime import date

from accounts.errors import WrongState
from applications.models import Matter
from eligibility.assess import Judged, counted
from eligibility.asset_limits import GROUPS, compare
from eligibility.local_keys import KEYS
from eligibility.local_settings import Row
from eligibility.models import RulingTest
from eligibility.programmes import Programme
from eligibility.targets import Kind, value_words

_SUPPORT = ("support_line", "support_share", "support_divisor")
_FOR_SUMS: dict[Programme, tuple[str, ...]] = {
    Programme.DIBAO: ("add_on", "tier", *_SUPPORT),
    Programme.DIBAO_SINGLE: ("add_on", *_SUPPORT),
    Programme.EDGE: _SUPPORT,
    Programme.TEKUN: _SUPPORT,
    Programme.TEMPORARY: ("township_limit",),
}


class Advice:
    """The local rules of one matter's place and day."""

    def __init__(self, matter: Matter, judged: Judged, on: date) -> None:
        self._matter, self._judged, self._on = matter, judged, on
        self._settings = judged.local

    def beside(self, test: str) -> list[str]:
        """What stands beside one question; [] where nothing is recorded, or not everything is known."""
        if test == RulingTest.ASSETS_WITHIN_LIMIT:
            return self._assets()
        if test == RulingTest.OBLIGOR_ASSETS:
            return self._limits()
        if test == RulingTest.BASIC_PENSION_COUNTED:
            return [_said(row) for row in self._rows("basic_pension")]
        return []

    def for_sums(self) -> list[str]:
        """What is recorded for whoever sets an amount; the machine adds none of it."""
        keys = _FOR_SUMS.get(Programme(self._matter.programme), ())
        return [_said(row) for key in keys for row in self._rows(key)]

    def _rows(self, key: str) -> list[Row]:
        return self._settings.of(key, self._matter.region_id, self._judged.means.area, self._on)

    def _assets(self) -> list[str]:
        try:
            people = sum(counted(self._judged.line))
        except WrongState:
            return []
        programme = self._matter.programme
        found = compare(self._judged.means, people, programme=programme, on=self._on, settings=self._settings)
        return [one.said for one in found]

    def _limits(self) -> list[str]:
        programme = Programme(self._matter.programme)
        group = GROUPS.get(programme, programme)
        keys = ("financial_assets", "vehicles", "homes")
        return [_said(row) for key in keys for row in self._rows(key) if row.programme == group]


def _said(row: Row) -> str:
    key = KEYS[row.key]
    name = f"（{row.name}）" if row.name else ""
    return f"{key.label}{name}：{value_words(Kind.SETTING, row.value)} {key.unit}，{row.document_number}"
