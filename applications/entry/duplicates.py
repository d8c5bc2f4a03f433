"""Who is known already: said the moment the eighteenth digit is typed, and never more than the asker may know.

Within my regions the file can be opened; elsewhere the answer is which office, since when, its phone. Nobody is merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts import access, regions
from accounts.crypto import keys
from accounts.models import Region, User
from accounts.roles import Permission
from applications.models import Matter
from eligibility.programmes import Programme
from households import registry
from households.masking import mask_id, mask_name
from households.models import Household, Person
from payments.models import Award, PayeeAccount
from payments.models.awards import SLOTS, Slot

_SHOWN = 5


@dataclass(frozen=True)
class Match:
    """One thing to know before going on. `ref` asks 是 or 否; `case` is a file that is the asker's to open."""

    tone: str
    title: str
    lines: tuple[str, ...]
    person: UUID
    law: str = ""
    case: UUID | None = None
    link: str = ""
    ref: str = ""


def look(entry: registry.PersonEntry, user: User, wanted: Programme | None, answered: frozenset[str]) -> list[Match]:
    """Everybody on file with this number, and possible twins by name and birthday nobody has answered for yet."""
    found: list[Match] = []
    for hit in registry.hits(entry):
        if hit.is_same_number:
            found += _same(hit.person, hit.household, user, wanted)
        elif reference(hit.person.pk) not in answered:
            found.append(_twin(hit.person, hit.household, user))
    return found


def shared_account(number: str, household: UUID | None, user: User) -> list[Match]:
    """Other households this account already belongs to (R-51)."""
    rows = PayeeAccount.objects.filter(number_index=keys.index(number, "account"), closed_on=None)
    found = []
    for row in rows.select_related("person").order_by("opened_on", "pk")[:_SHOWN]:
        home = registry.household_of(row.person)
        if home is None or home.pk != household:
            where = regions.full_name(_where(row.person, home))
            words = f"{mask_name(row.person.name)}（{where}）也用这个账户收款"
            found.append(Match("warn", "已有别人在用", (words, "核对卡折，一户一个账户"), row.person.pk))
    return found


def reference(person: UUID) -> str:
    """What a possible twin is called outside the server: it tells nothing and fits nothing else."""
    return keys.index(str(person), "twin").hex()[:16]


def _same(person: Person, household: Household | None, user: User, wanted: Programme | None) -> list[Match]:
    where = _where(person, household)
    held = list(
        Award.objects.filter(covers__person=person, covers__ends_on=None).distinct().order_by("awarded_on", "id")
    )
    matches = [_dead(person)] if person.died_on else []
    if wanted and (clash := next((award for award in held if excluded(Programme(award.programme), wanted)), None)):
        matches.append(_excluded(person, household, clash, wanted, where, user))
    elif access.may(user, Permission.VIEW_CASE, where):
        matches.append(_here(person, household, held, where))
    else:
        matches.append(_elsewhere(person, household, held, where))
    return matches


def excluded(held: Programme, wanted: Programme) -> bool:
    """Whether one may not be had beside the other: the law's own list, or the same slot of a month."""
    both_family = all(Slot.FAMILY in SLOTS.get(one, ()) for one in (held, wanted))
    return held is wanted or both_family or wanted in held.excludes or held in wanted.excludes


def _here(person: Person, household: Household | None, held: list[Award], where: str) -> Match:
    lines = [f"{mask_name(person.name)} {mask_id(person.id_number)}，{regions.full_name(where)}"]
    lines += [f"正在享受{Programme(award.programme).label}" for award in held]
    title = "本地已有这一户" if household else "本地已有这个人"
    return Match("info", title, tuple(lines), person.pk, case=_case(household), link="打开已有户")


def _elsewhere(person: Person, household: Household | None, held: list[Award], where: str) -> Match:
    since, doing = _standing(person, household, held)
    words = f"{since:%Y-%m} 起在{_office(where)}{doing}" if since else f"在{_office(where)}{doing}"
    return Match("bad", "此人已在别处登记", (words, _contact(where)), person.pk, law="同一人不能在两户计人数")


def _standing(person: Person, household: Household | None, held: list[Award]) -> tuple[date | None, str]:
    """Since when, and what: the award, else the open matter, else the household."""
    if held:
        return held[0].first_month, f"享受{Programme(held[0].programme).label}"
    matter = Matter.objects.open().filter(household=household).order_by("created_at").first() if household else None
    if matter:
        return timezone.localtime(matter.created_at).date(), f"办理{Programme(matter.programme).label}"
    live = person.memberships.filter(left_on=None).order_by("joined_on").first()
    return (live.joined_on, "登记在册") if live else (None, "登记")


def _excluded(
    person: Person, household: Household | None, award: Award, wanted: Programme, where: str, user: User
) -> Match:
    held = Programme(award.programme)
    since = f"{award.first_month:%Y-%m} 起在{_office(where)}享受{held.label}"
    rule = f"不能同时办理{wanted.label}" if held is not wanted else "不能再办一次"
    law = (
        "民发〔2021〕43号 第9条" if Programme.TEKUN in (held, wanted) else "一户只享受其中一项，同一人不能在两户计人数"
    )
    mine = access.may(user, Permission.VIEW_CASE, where)
    return Match(
        "bad",
        f"{mask_name(person.name)}正在享受{held.label}",
        (since, rule, "" if mine else _contact(where)),
        person.pk,
        law=law,
        case=_case(household) if mine else None,
        link="打开已有户",
    )


def _dead(person: Person) -> Match:
    return Match("warn", "登记为已死亡", (f"死亡日期 {person.died_on}，对照证件和本人核对",), person.pk)


def _twin(person: Person, household: Household | None, user: User) -> Match:
    where = _where(person, household)
    if access.may(user, Permission.VIEW_CASE, where):
        number = mask_id(person.id_number) or "没有证件号"
        lines = (f"{mask_name(person.name)} {number}，{regions.full_name(where)}", "姓名相近，出生日期相同")
    else:
        lines = (f"在{_office(where)}登记，姓名相近，出生日期相同", _contact(where))
    return Match("warn", "可能是同一人", lines, person.pk, ref=reference(person.pk))


def _case(household: Household | None) -> UUID | None:
    """The household's newest matter."""
    rows = Matter.objects.filter(household=household).order_by("-created_at") if household else Matter.objects.none()
    return rows.values_list("pk", flat=True).first()


def _where(person: Person, household: Household | None) -> str:
    return household.region_id if household else person.region_id


def _office(code: str) -> str:
    """The township office: never the village of somebody else's file."""
    return regions.full_name(code[:9].ljust(12, "0"))


def _contact(code: str) -> str:
    codes = [code[:9].ljust(12, "0"), code[:6].ljust(12, "0")]
    phones = dict(Region.objects.filter(code__in=codes).exclude(phone="").values_list("code", "phone"))
    phone = next((phones[one] for one in codes if one in phones), settings.AID_HELP_PHONE)
    return f"联系 {_office(code)} {phone}"
