"""Where a household is paid: one live account a person; a change closes the old one and keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import access, audit, regions
from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.roles import Permission
from households.masking import mask_name
from households.models import Person
from households.registry import household_of
from payments.accounts_check import AccountRefused, read_account
from payments.models import PayeeAccount


@dataclass(frozen=True)
class Opened:
    """The live account, and the sentences its clerk should read; none of them stops the payment."""

    account: PayeeAccount
    warnings: tuple[str, ...] = ()


@transaction.atomic
def open_account(
    person: Person,
    kind: str,
    bank: str,
    number: str,
    holder_name: str,
    holder_reason: str = "",
    *,
    on: date,
    actor: User,
) -> Opened:
    """Pay this person there from now on. The same account again changes nothing.

    Raises NotHere or Forbidden by where the person lives, Invalid by field.
    """
    region_code, household_id = _home(person)
    access.require(actor, Permission.ENTER_CASE, region_code)
    digits = _read(person, kind, bank, number, holder_name, holder_reason)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    old = person.accounts.filter(closed_on=None).first()
    fresh = PayeeAccount(
        person=person,
        kind=kind,
        bank=bank.strip(),
        number=digits,
        holder_name=holder_name.strip(),
        holder_reason=holder_reason.strip(),
        opened_on=on,
    )
    if old is not None and _same(old, fresh):
        return Opened(old, _shared(old, household_id))
    if old is not None:
        old.closed_on = max(on, old.opened_on)
        old.save(update_fields=["closed_on"])
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError as held:
        raise Conflict("收款账户刚被别人改过，刷新后核对") from held
    warnings = _shared(fresh, household_id)
    audit.record(
        actor, "account.open", fresh, on=on, region_code=region_code, detail={"kind": kind, "shared": len(warnings)}
    )
    return Opened(fresh, warnings)


def _home(person: Person) -> tuple[str, UUID | None]:
    """The village of the household the person lives in now, and its id; the file's own village without one."""
    household = household_of(person)
    return (household.region_id, household.pk) if household else (person.region_id, None)


def _read(person: Person, kind: str, bank: str, number: str, holder_name: str, holder_reason: str) -> str:
    errors: dict[str, str] = {}
    digits = ""
    if kind not in PayeeAccount.Kind.values:
        errors["kind"] = "选择社保卡或存折"
    else:
        try:
            digits = read_account("card" if kind == PayeeAccount.Kind.CARD else "passbook", number)
        except AccountRefused as refused:
            errors["number"] = refused.message
    if not bank.strip():
        errors["bank"] = "填写开户行"
    if not holder_name.strip():
        errors["holder_name"] = "填写户名，和卡折一致"
    elif holder_name.strip() != person.name and not holder_reason.strip():
        errors["holder_reason"] = "户名不是领款人，写明原因"
    if errors:
        raise Invalid(errors)
    return digits


def _same(old: PayeeAccount, fresh: PayeeAccount) -> bool:
    columns = ("kind", "bank", "number", "holder_name", "holder_reason")
    return all(getattr(old, column) == getattr(fresh, column) for column in columns)


def _shared(account: PayeeAccount, household_id: UUID | None) -> tuple[str, ...]:
    """R-51: the same account behind another household is said, with a masked name and the office."""
    others = (
        PayeeAccount.objects.filter(number_index=account.number_index, closed_on=None)
        .exclude(person_id=account.person_id)
        .select_related("person")
        .order_by("opened_on", "pk")
    )
    warnings = []
    for other in others[:5]:
        region_code, home = _home(other.person)
        if household_id is None or home != household_id:
            warnings.append(f"这个账户也是{mask_name(other.person.name)}（{regions.full_name(region_code)}）的收款账户")
    return tuple(warnings)
