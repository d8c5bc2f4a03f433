"""Invented families, one maker for each way of being in need: the application a clerk would have typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from applications.submission import AccountEntry, MemberEntry, ObligorEntry, Submission
from households.means import Assets, Circumstances, Disability, Income, Obligor
from households.registry import PersonEntry
from liaocheng_aid.demonstration.people import Inventor


@dataclass(frozen=True)
class Place:
    """Where a family lives and when it applies."""

    village_code: str
    village_name: str
    on: date


def month(kind: str, yuan: int) -> Income:
    return Income(kind, yuan * 100, "month")


def year(kind: str, yuan: int) -> Income:
    return Income(kind, yuan * 100, "year")


def _member(
    inventor: Inventor, place: Place, relation: str, sex: str, age: int, surname: str, **known: Any
) -> MemberEntry:
    birth = inventor.birth(age, place.on)
    entry = PersonEntry(
        name=inventor.name(sex, age, surname),
        id_kind="resident",
        id_number=inventor.id_number(birth, sex),
        birth_date=birth,
        sex=sex,
        phone=inventor.phone() if relation == "head" else None,
        hukou_address=place.village_name,
        home_address=place.village_name,
    )
    if 6 <= age < 16:
        known.setdefault("student", "compulsory")
    work = known.pop("work", "able" if 18 <= age < 60 else "unable")
    return MemberEntry(
        entry, Circumstances(relation=relation, birth_date=birth, sex=sex, work=work, **known), age >= 18
    )


def _submission(
    inventor: Inventor, place: Place, programme: str, members: list[MemberEntry], **more: Any
) -> Submission:
    head = members[0].entry
    account = AccountEntry("card", "聊城农商银行", inventor.card(), head.name)
    return Submission(
        programme=programme,
        region_code=place.village_code,
        area=more.pop("area", "rural"),
        received_on=place.on,
        channel=inventor.random.choice(["window", "window", "village"]),
        members=tuple(members),
        address=place.village_name,
        assets=Assets(1, 0, inventor.random.randrange(0, 20_000, 500) * 100),
        account=more.pop("account", account),
        papers=("application", "authorisation"),
        **more,
    )


def old_couple(inventor: Inventor, place: Place) -> Submission:
    """Two over sixty on a little land, a daughter who married away."""
    surname = inventor.name("M", 70)[0]
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(61, 79), surname,
                incomes=(year("business", inventor.random.randrange(1200, 6000, 120)),)),
        _member(inventor, place, "spouse", "F", inventor.random.randint(60, 76), "", health="chronic"),
    ]  # fmt: skip
    daughter = PersonEntry(inventor.name("F", 40, surname), "none", None, None, "F")
    obligors = (ObligorEntry(daughter, Obligor("child"), False),)
    return _submission(inventor, place, "dibao", members, hardship="old", obligors=obligors)


def mother_with_children(inventor: Inventor, place: Place) -> Submission:
    """A mother on odd jobs with two children at school."""
    wage = inventor.random.randrange(600, 1500, 50)
    members = [
        _member(inventor, place, "head", "F", inventor.random.randint(30, 45), "", incomes=(month("wage", wage),)),
        _member(inventor, place, "child", "M", inventor.random.randint(7, 15), ""),
        _member(inventor, place, "child", "F", inventor.random.randint(3, 14), ""),
    ]
    return _submission(
        inventor, place, "dibao", members, hardship="single", area=inventor.random.choice(["rural", "urban"])
    )


def disabled_breadwinner(inventor: Inventor, place: Place) -> Submission:
    """A father disabled at work, a wife on a small wage, a child."""
    disability = Disability(inventor.random.choice(["physical", "visual"]), inventor.random.randint(1, 3))
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(38, 58), "",
                work="unable", disability=disability),
        _member(inventor, place, "spouse", "F", inventor.random.randint(36, 55), "",
                incomes=(month("wage", inventor.random.randrange(800, 1700, 50)),)),
        _member(inventor, place, "child", "F", inventor.random.randint(8, 16), ""),
    ]  # fmt: skip
    return _submission(inventor, place, "dibao", members, hardship="disability")


def edge_family(inventor: Inventor, place: Place) -> Submission:
    """Above the standard, below one and a half of it."""
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(35, 55), "",
                incomes=(month("wage", inventor.random.randrange(2400, 3200, 50)),)),
        _member(inventor, place, "spouse", "F", inventor.random.randint(33, 52), "", health="chronic"),
        _member(inventor, place, "child", "M", inventor.random.randint(6, 15), ""),
    ]  # fmt: skip
    return _submission(inventor, place, "edge", members, hardship="illness", account=None)


def severe_in_edge_family(inventor: Inventor, place: Place) -> Submission:
    """An edge family with a severely disabled grown child who applies alone (单人保)."""
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(52, 58), "",
                incomes=(month("wage", inventor.random.randrange(2500, 3300, 50)),)),
        _member(inventor, place, "spouse", "F", inventor.random.randint(50, 57), ""),
        _member(inventor, place, "child", "M", inventor.random.randint(24, 32), "", work="unable",
                disability=Disability("intellectual", inventor.random.randint(1, 3))),
    ]  # fmt: skip
    account = AccountEntry("card", "聊城农商银行", inventor.card(), members[2].entry.name)
    return _submission(inventor, place, "dibao_single", members, hardship="disability", recipient=2, account=account)


def alone_and_old(inventor: Inventor, place: Place) -> Submission:
    """Nobody who owes support, no income, from able to wholly dependent (特困)."""
    failed = inventor.random.choice([0, 0, 0, 1, 2, 3, 4, 6])
    members = [_member(inventor, place, "head", "M", inventor.random.randint(62, 84), "", self_care_failed=failed)]
    return _submission(inventor, place, "tekun", members, hardship="old")


def ill(inventor: Inventor, place: Place) -> Submission:
    """A serious illness with bills beyond the family's means (临时救助)."""
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(40, 60), "", health="serious", major_illness=True,
                work="unable", incomes=(month("wage", inventor.random.randrange(0, 900, 50)),)),
        _member(inventor, place, "spouse", "F", inventor.random.randint(38, 58), "",
                incomes=(month("wage", inventor.random.randrange(900, 1900, 50)),)),
    ]  # fmt: skip
    multiple = Decimal(inventor.random.choice([3, 4, 5, 6, 8]))
    return _submission(
        inventor, place, "temporary", members, hardship="illness", need_kind="medical", need_multiple=multiple
    )


def student(inventor: Inventor, place: Place) -> Submission:
    """University fees a family can't carry (临时救助)."""
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(45, 55), "",
                incomes=(month("wage", inventor.random.randrange(1200, 2600, 100)),)),
        _member(inventor, place, "child", "F", 19, "", student="undergraduate", work="able"),
    ]  # fmt: skip
    multiple = Decimal(inventor.random.choice([3, 4, 5]))
    return _submission(
        inventor, place, "temporary", members, hardship="education", need_kind="education", need_multiple=multiple
    )


def well_off(inventor: Inventor, place: Place) -> Submission:
    """Above the line: an application that ends in a reasoned refusal."""
    members = [
        _member(inventor, place, "head", "M", inventor.random.randint(35, 55), "", incomes=(month("wage", 4600),)),
        _member(inventor, place, "spouse", "F", inventor.random.randint(33, 52), ""),
    ]
    return _submission(inventor, place, "dibao", members, hardship="unemployed")


Maker = Callable[[Inventor, Place], Submission]
MAKERS: tuple[tuple[Maker, int], ...] = (
    (old_couple, 30),
    (mother_with_children, 18),
    (disabled_breadwinner, 16),
    (alone_and_old, 14),
    (edge_family, 8),
    (severe_in_edge_family, 5),
    (ill, 6),
    (student, 3),
)
