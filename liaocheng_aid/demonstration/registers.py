"""What the played departments hold of the demonstration's people: mostly what was declared, here and there more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from households.models import CircumstanceFact, Household, IncomeFact, Person
from verification.asking import ToAsk

Held = dict[str, dict[str, Any]]
EVERY = 2  # one family in so many has something it did not declare


def _pension(yuan: int) -> Held:
    return {"human_resources": {"pension": yuan * 100}}


def _wage(employer: str, yuan: int) -> Held:
    return {"human_resources": {"employment": [{"employer": employer, "base": yuan * 100, "since": "2026-03-01"}]}}


_AID = {"programme": "最低生活保障", "place": "东阿县", "since": "2025-07-01"}
_FIRM = {"name": "莘县惠民粮油经营部", "post": "投资人", "state": "open"}
# Undeclared, in turn: who of the family has it (by place; the last where it is smaller), and in which register.
SURPRISES: tuple[tuple[int, Held], ...] = (
    (0, {"public_security": {"vehicle": 1}}),
    (1, {"civil_affairs": {"death": "2026-11-08"}}),
    (0, _pension(1143)),
    (0, {"market": {"company": [_FIRM]}}),
    (1, _wage("莘县鲁西面粉有限公司", 4180)),
    (0, {"natural_resources": {"house": 2}}),
    (0, {"civil_affairs": {"other_aid": [_AID]}}),
    (0, {"financial": {"deposit": 8_650_000}}),
    (1, {"public_security": {"custody": [{"kind": "prison", "since": "2026-09-15", "until": "2028-09-14"}]}}),
)


def held(people: Sequence[ToAsk]) -> Iterator[dict[str, Any]]:
    """One line a person as the played departments read it; `people` in the order of their cases."""
    homes: dict[Any, list[ToAsk]] = defaultdict(list)
    for one in people:
        homes[one.household_id].append(one)
    known = Person.objects.in_bulk([one.person_id for one in people])
    agreed = _agreed(list(homes))
    for number, family in enumerate(homes.values()):
        members = [one for one in family if one.role == "member"]
        place, more = SURPRISES[number // EVERY % len(SURPRISES)]
        surprised = members[min(place, len(members) - 1)].person_id if number % EVERY == 0 else None
        for one in family:
            person = known[one.person_id]
            if person.id_number:
                sources = _together(agreed[one.person_id], more if one.person_id == surprised else {})
                yield {"id_number": person.id_number, "name": person.name, "sources": sources}


def _together(agreed: Held, more: Held) -> Held:
    return {code: {**agreed.get(code, {}), **more.get(code, {})} for code in {**agreed, **more}}


def _agreed(households: Sequence[Any]) -> dict[Any, Held]:
    """School, disability and basic pension stand in the registers as they were declared."""
    known: dict[Any, Held] = defaultdict(lambda: defaultdict(dict))
    homes = Household.objects.filter(pk__in=households)
    for fact in CircumstanceFact.objects.live().filter(household__in=homes, kind__in=_WRITTEN):
        source, kind, entry = _WRITTEN[fact.kind](fact)
        known[fact.person_id][source][kind] = [entry]
    for income in IncomeFact.objects.live().filter(household__in=homes, kind="basic_pension"):
        declared = income.amount_fen or 0
        monthly = declared // 12 if income.per == "year" else declared
        known[income.person_id]["human_resources"]["basic_pension"] = monthly
    return known


_WRITTEN: dict[str, Callable[[CircumstanceFact], tuple[str, str, dict[str, Any]]]] = {
    "student": lambda fact: ("education", "school", {"stage": fact.code, "school": "莘县实验学校"}),
    "disability": lambda fact: (
        "disabled_federation",
        "disability",
        {"kind": fact.code, "grade": str(fact.grade), "until": "2035-12-31"},
    ),
}
