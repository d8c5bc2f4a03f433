"""The list behind a number: whom it counts, masked, with the case where there is one within reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from django.utils.functional import cached_property

from accounts import regions
from accounts.models import User
from applications.models import Matter
from applications.simulation.keeping import NUMBERS, Kept, Rows
from eligibility.programmes import Programme
from eligibility.rules.ternary import UNKNOWN, YES, Bools
from eligibility.simulate.compare import Change
from households.masking import mask_id, mask_name
from households.models import Membership, Person

GROUPS: Final = {
    "before": "现行标准下符合",
    "after": "拟定标准下符合",
    "gained": "新增",
    "lost": "退出",
    "raised": "提高",
    "lowered": "降低",
    "settled": "由待认定变为符合",
    "unsettled": "由符合变为待认定",
    "unsure": "待认定",
    "doubled": "同时符合，按别的项目计",
    "live": "在发",
}
_OUTCOMES: Final = {1: "符合", 0: "不符合", -1: "待认定", 2: "资料不全"}


@dataclass(frozen=True)
class Row:
    """A family, or one person of it. `case` the newest matter the reader may open."""

    name: str
    id_masked: str
    village: str
    people: int
    was: str
    now: str
    fen_before: int
    fen_after: int
    is_live: bool
    case: UUID | None

    @property
    def more_fen(self) -> int:
        return self.fen_after - self.fen_before


class Behind:
    """The rows of one programme, group and place (a county's or township's twelve digits, "" everywhere)."""

    def __init__(self, made: Kept, programme: Programme, group: str, place: str = "") -> None:
        self.programme, self.group, self.place = programme, group, place
        rows = made.rows
        which = (rows["programme"] == NUMBERS[programme]) & _in_group(rows, group) & _in_place(rows, place)
        self.rows: Rows = {name: column[which] for name, column in rows.items()}

    def __len__(self) -> int:
        return len(self.rows["home_lo"])

    @cached_property
    def families(self) -> int:
        homes = np.stack((self.rows["home_hi"], self.rows["home_lo"]))
        return int(np.unique(homes, axis=1).shape[1])

    @cached_property
    def people(self) -> int:
        return int(self.counted.sum())

    @property
    def counted(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """The people of each row, as its number counts them."""
        was_held = self.group in ("before", "lost", "unsettled")
        return self.rows["people_before" if was_held else "people_after"]

    @property
    def more_fen(self) -> int:
        return int((self.rows["fen_after"] - self.rows["fen_before"]).sum())

    def shown(self, user: User, first: int, last: int) -> list[Row]:
        """Rows first … last − 1 as this user may read them. Four queries."""
        page = {name: column[first:last] for name, column in self.rows.items()}
        homes, persons = _ids(page, "home"), _ids(page, "person")
        people = _people(homes, persons)
        cases = _cases(user, self.programme, homes)
        return [
            Row(
                name=mask_name(people[home, person].name) if (home, person) in people else "（无户主）",
                id_masked=mask_id(people[home, person].id_number) if (home, person) in people else "",
                village=regions.full_name(f"{int(page['region'][at]):012d}"),
                people=int(self.counted[first + at]),
                was=_OUTCOMES[int(page["was"][at])],
                now=_OUTCOMES[int(page["now"][at])],
                fen_before=int(page["fen_before"][at]),
                fen_after=int(page["fen_after"][at]),
                is_live=bool(page["live"][at]),
                case=cases.get(home),
            )
            for at, (home, person) in enumerate(zip(homes, persons, strict=True))
        ]


def _in_group(rows: Rows, group: str) -> Bools:
    found: Bools
    if group in ("before", "after"):
        found = rows["was" if group == "before" else "now"] == YES
    elif group == "unsure":
        found = rows["now"] == UNKNOWN
    elif group in ("doubled", "live"):
        found = rows[group]
    else:
        found = rows["change"] == Change[group.upper()]
    return found


def _in_place(rows: Rows, place: str) -> Bools:
    cut = 10**12 if not place else 10**6 if place.endswith("000000") else 10**3
    found: Bools = rows["region"] // cut == int(place or 0) // cut
    return found


def _ids(page: Rows, what: str) -> list[UUID]:
    pairs = zip(page[f"{what}_hi"].tolist(), page[f"{what}_lo"].tolist(), strict=True)
    return [UUID(int=hi << 64 | lo) for hi, lo in pairs]


def _people(homes: list[UUID], persons: list[UUID]) -> dict[tuple[UUID, UUID], Person]:
    """Whom each row names: the person, or the head of the family where it names none."""
    nobody = UUID(int=0)
    named = Person.objects.in_bulk([one for one in persons if one != nobody])
    heads = {
        one.household_id: one.person
        for one in Membership.objects.live().filter(household__in=homes, relation="head").select_related("person")
    }
    found = {}
    for home, person in zip(homes, persons, strict=True):
        whom = heads.get(home) if person == nobody else named.get(person)
        if whom is not None:
            found[home, person] = whom
    return found


def _cases(user: User, programme: Programme, homes: list[UUID]) -> dict[UUID, UUID]:
    """The newest matter of each family within reach, one of the programme before any other."""
    matters = Matter.objects.visible_to(user).filter(household__in=homes).order_by("created_at", "pk")
    rows = list(matters.values_list("household_id", "programme", "pk"))
    first_others = sorted(rows, key=lambda row: row[1] == programme)
    return {home: pk for home, _, pk in first_others}
