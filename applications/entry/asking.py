"""Asked while a form is typed: is this number, this name and birthday, or this account known already?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from accounts import access, audit, clock
from accounts.errors import Invalid
from accounts.models import User
from applications.entry import duplicates
from applications.entry.choices import BY_CODE
from applications.entry.defaults import require_entering
from applications.entry.duplicates import Match
from applications.entry.lookups import home, look_up
from households import registry
from households.identity import IdentityError, read_id_number
from households.names import NameRefused, read_name
from payments.accounts_check import AccountRefused, read_account

_REFERENCE = re.compile(r"[0-9a-f]{16}")
Body = Mapping[str, Any]


def ask(body: Body, user: User) -> Sequence[Match]:
    """Who is known by `{id_number, name, birth}` or `{account, account_kind}`; `[]` where too little is typed.

    Raises Forbidden without a post that enters cases, TooMany beyond the user's bounds.
    """
    require_entering(user)
    item = BY_CODE.get(_text(body, "programme"))
    purpose = f"重复检查：{item.label if item else '新申请'}"
    if account := _account(body):
        household = _household(body, user)
        return look_up(user, purpose, lambda: duplicates.shared_account(account, household, user), _person)
    entry = _entry(body)
    if entry is None:
        return []
    answered = frozenset(_texts(body, "answered"))
    wanted = item.programme if item else None
    return look_up(user, purpose, lambda: duplicates.look(entry, user, wanted, answered), _person)


def answer_twin(body: Body, user: User, key: UUID) -> None:
    """Put on record that two people are, or are not, the same; nobody is merged by it. Raises Invalid."""
    require_entering(user)
    reference, same = _text(body, "ref"), body.get("same")
    if not _REFERENCE.fullmatch(reference) or not isinstance(same, bool):
        raise Invalid({"same": "选择“是”或“否”"})
    here = home(user)
    audit.record(
        user,
        "person.twin_answered",
        user,
        on=clock.today(),
        region_code=here,
        post=access.post_label(user, here),
        purpose="重复检查",
        detail={"twin": reference, "same": same, "draft": str(key)},
    )


def _person(match: Match) -> UUID:
    return match.person


def _entry(body: Body) -> registry.PersonEntry | None:
    """What is typed as far as it can be read; None where neither number nor name with birthday is complete."""
    number, birth, sex = None, _day(_text(body, "birth")), ""
    try:
        read = read_id_number(_text(body, "id_number"), on=clock.today())
        number, birth, sex = read.number, read.birth_date, read.sex
    except IdentityError:
        pass
    try:
        name = read_name(_text(body, "name"))
    except NameRefused:
        name = ""
    if number is None and not (name and birth):
        return None
    return registry.PersonEntry(name or "·", "resident", number, birth if name else None, sex)


def _account(body: Body) -> str:
    try:
        return read_account("passbook" if _text(body, "account_kind") == "passbook" else "card", _text(body, "account"))
    except AccountRefused:
        return ""


def _household(body: Body, user: User) -> UUID | None:
    """The household of the applicant in hand, whose own account is no news."""
    try:
        number = read_id_number(_text(body, "id_number"), on=clock.today()).number
    except IdentityError:
        return None
    person = registry.by_number(number)
    household = registry.household_of(person) if person else None
    return household.pk if household else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(body: Body, name: str) -> str:
    value = body.get(name, "")
    return value[:100].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _texts(body: Body, name: str) -> list[str]:
    values = body.get(name, [])
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
