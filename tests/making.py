"""What every test needs first: people in office, a family, an account, an award. All invented (ids of 371599)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from accounts import clock, posts
from accounts.ids import uuid7
from accounts.models import Region, User
from accounts.roles import ROLES, Level
from eligibility.programmes import Programme
from households.identity import check_digit
from households.models import Household, Membership, Person
from households.models.people import Relation
from households.names import match_key, pinyin_initials

if TYPE_CHECKING:
    from payments.models import Award, PayeeAccount

CITY = "371500000000"
COUNTY = "371522000000"  # 莘县
TOWNSHIP = "371522101000"  # 张鲁镇
VILLAGE = "371522101201"  # 化庄村
OTHER_VILLAGE = "371522101202"  # 营头村, the same township
OTHER_TOWNSHIP = "371522102000"  # 朝城镇
OTHER_COUNTY = "371524000000"  # 东阿县
OTHER_COUNTY_VILLAGE = "371524101285"  # 东阿县刘集镇
PASSWORD = "Dangerous-Ferry-27"

IN_OFFICE_SINCE = date(2026, 1, 1)
AWARDED_ON = date(2026, 11, 10)
FIRST_MONTH = date(2026, 12, 1)

_serial = count(1)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
_GIVEN = "学秀建桂玉福传素长兆庆万淑凤金广春兰海明"


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def make_user(
    role: str,
    region_code: str = COUNTY,
    *,
    username: str = "",
    full_name: str = "",
    password: str = "",
    on: date = IN_OFFICE_SINCE,
) -> User:
    """Somebody in office: a user with this post in term. The code is cut to the level the role is held at."""
    number = next(_serial)
    user = User(username=username or f"{role}{number}", full_name=full_name or invent_name(number))
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    posts.appoint(user, role, region(at_level(region_code, ROLES[role].level)), on=on, by=None)
    return user


def at_level(code: str, level: Level) -> str:
    """The code of the region of this level above (or at) the one given."""
    return code[: {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}[level]].ljust(12, "0")


def invent_name(number: int) -> str:
    size = len(_SURNAMES)
    return _SURNAMES[number % size] + _GIVEN[number // size % size] + _GIVEN[number * 7 % size]


def invent_id_number(birth: date, sex: str = "M") -> str:
    """A number of the unassigned prefix 371599 with its right check digit; no two alike."""
    serial = next(_serial) * 2 % 1000 + (1 if sex == "M" else 0)
    first17 = f"371599{birth:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


def invent_card() -> str:
    """Nineteen digits of an unassigned BIN that pass Luhn."""
    first18 = f"620999{next(_serial):012d}"
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(first18)))
    return f"{first18}{-total % 10}"


def make_person(
    name: str = "",
    *,
    region_code: str = VILLAGE,
    birth: date | None = None,
    sex: str = "M",
    id_number: str | None = "",
    died_on: date | None = None,
) -> Person:
    """A person with a file; `id_number` "" invents one, None is somebody without papers."""
    number = next(_serial)
    birth = birth or date(1950 + number % 50, number % 12 + 1, number % 28 + 1)
    name = name or invent_name(number)
    given = invent_id_number(birth, sex) if id_number == "" else id_number
    return Person.objects.create(
        region_id=region_code,
        name=name,
        name_key=match_key(name),
        initials=" ".join(pinyin_initials(name)),
        id_kind="resident" if given else "none",
        id_number=given,
        birth_date=birth,
        sex=sex,
        died_on=died_on,
        created_at=clock.now(),
    )


def make_household(
    region_code: str = VILLAGE,
    people: Sequence[Person] | int = 1,
    *,
    area: str = "rural",
    joined_on: date = IN_OFFICE_SINCE,
) -> Household:
    """A household whose first person is its head and the others children; a number invents that many people."""
    household = Household.objects.create(region_id=region_code, area=area, created_at=clock.now())
    members = [make_person(region_code=region_code) for _ in range(people)] if isinstance(people, int) else people
    for position, person in enumerate(members):
        Membership.objects.create(
            household=household,
            person=person,
            relation=Relation.HEAD if position == 0 else Relation.CHILD,
            position=position + 1,
            joined_on=joined_on,
        )
    return household


def members_of(household: Household) -> list[Person]:
    """The people who live there, head first."""
    rows = household.memberships.filter(left_on=None).select_related("person").order_by("position")
    return [membership.person for membership in rows]


def make_account(person: Person, *, bank: str = "聊城农商银行", number: str = "") -> PayeeAccount:
    """A live social-security card in the person's own name."""
    from payments.models import PayeeAccount

    return PayeeAccount.objects.create(
        person=person,
        kind=PayeeAccount.Kind.CARD,
        bank=bank,
        number=number or invent_card(),
        holder_name=person.name,
        opened_on=IN_OFFICE_SINCE,
    )


def make_award(
    household: Household | None = None,
    *,
    programme: Programme = Programme.DIBAO,
    amount_fen: int = 61_200,
    people: Sequence[Person] | None = None,
    payee: Person | None = None,
    first_month: date = FIRST_MONTH,
    awarded_on: date = AWARDED_ON,
    actor: User | None = None,
    with_account: bool = True,
    is_once: bool | None = None,
) -> Award:
    """An award in force for everybody of the household (a new one of one person, if none is given)."""
    from payments import ledger

    household = household or make_household()
    covered = list(people) if people is not None else members_of(household)
    payee = payee or covered[0]
    if with_account and not payee.accounts.filter(closed_on=None).exists():
        make_account(payee)
    return ledger.start(
        household=household,
        payee=payee,
        programme=programme,
        people=covered,
        amount_fen=amount_fen,
        is_once=programme.per == "once" if is_once is None else is_once,
        decision_id=uuid7(),
        case_number=f"SD3715222026{next(_serial):06d}",
        area=household.area,
        standard_fen=75_300,
        region=region(household.region_id),
        first_month=first_month,
        actor=actor or make_user("approver", household.region_id),
        on=awarded_on,
    )
