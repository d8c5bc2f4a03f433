"""The number of somebody who was registered without papers, once they have them."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import access, audit
from accounts.errors import Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from households.identity import IdentityError, IdNumber, check_sex
from households.models import Household, Membership, Obligation, Person
from households.models.people import IdKind
from households.registry import by_number

TAKEN = "这个号码已登记给另一个人，先按号码查人核对"


@transaction.atomic
def record(household: Household, person: Person, read: IdNumber, *, reason: str = "", actor: User, on: date) -> Person:
    """The person's citizen number, read from the card; a birthday or sex the file lacks comes with it.

    `reason` says why a number of no known area is right. The same number again changes nothing. Raises NotHere or
    Forbidden by region, NotHere for somebody of no such household, WrongState where there is another number already,
    Invalid by field where birthday, sex or another person's file speak against it.
    """
    access.require(actor, Permission.ENTER_CASE, household.region_id)
    known = access.find(_of(household).select_for_update(of=("self",)), pk=person.pk)
    if known.id_number == read.number:
        return known
    if known.id_number is not None:
        raise WrongState(f"{known.name}已有证件号码")
    _check(known, read)
    known.id_kind, known.id_number = IdKind.RESIDENT, read.number
    known.birth_date, known.sex = read.birth_date, read.sex
    try:
        with transaction.atomic():
            known.save(update_fields=["id_kind", "id_number", "id_index", "id_tail_index", "birth_date", "sex"])
    except IntegrityError as taken:
        raise Invalid({"number": TAKEN}) from taken
    audit.record(
        actor, "person.number_recorded", known, on=on, region_code=household.region_id, detail={"reason": reason}
    )
    return known


def _of(household: Household) -> QuerySet[Person]:
    """Who lives in the household or owes it support."""
    lives = Membership.objects.live().filter(household=household, person=OuterRef("pk"))
    owes = Obligation.objects.filter(household=household, obligor=OuterRef("pk"), ends_on=None)
    return Person.objects.filter(Q(Exists(lives)) | Q(Exists(owes)))


def _check(known: Person, read: IdNumber) -> None:
    if known.birth_date not in (None, read.birth_date):
        raise Invalid({"number": f"登记的出生日期是 {known.birth_date}，与号码不符，对照证件核对"})
    try:
        if known.sex:
            check_sex(read, known.sex)
    except IdentityError as differs:
        raise Invalid({"number": differs.message}) from differs
    if by_number(read.number) is not None:
        raise Invalid({"number": TAKEN})
