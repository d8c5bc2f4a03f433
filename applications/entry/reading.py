"""Forms into the plain values an act takes: strict for a submission, as far as it goes for the running calculation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.entry.forms import IncomeForm
from applications.entry.people import Applicant, HouseholdMember, Obligor, Person
from applications.entry.sheet import Sheet
from applications.submission import AccountEntry, MemberEntry, ObligorEntry, Submission
from eligibility.programmes import Programme
from eligibility.spoken import Who
from households import means
from households.registry import PersonEntry

Member = Applicant | HouseholdMember


def submission(sheet: Sheet) -> Submission:
    """The application as `intake.submit` takes it. Only for a sheet that is right."""
    reception, assets = sheet.reception.read, sheet.assets.read
    item = sheet.reception.item
    assert item is not None
    return Submission(
        programme=item.programme.value,
        region_code=reception["village"],
        area=reception["area"],
        received_on=reception["received_on"],
        channel=reception.get("channel") or "window",
        members=tuple(_member(person, sheet) for person in sheet.people),
        agent_name=reception.get("agent_name", ""),
        address=sheet.applicant.read.get("home_address") or sheet.applicant.read.get("hukou_address", ""),
        hardship=assets.get("hardship", ""),
        obligors=tuple(_obligor(row) for row in sheet.outside),
        assets=_assets(assets),
        account=_account(sheet.account.read),
        papers=sheet.ticked,
        need_kind=item.need_kind,
        need_multiple=assets.get("need_multiple") if item.need_kind else None,
        recipient=recipient(sheet) if item.programme.per_person else 0,
    )


def recipient(sheet: Sheet) -> int:
    """Which of the people a per-person programme is for; the applicant where nobody is named."""
    chosen = sheet.assets.read.get("recipient", "")
    return next((place for place, person in enumerate(sheet.people) if person.key == chosen), 0)


@dataclass(frozen=True)
class Partial:
    """As much of the household as can be computed with, and whose row is left out."""

    means: means.Means
    on: date
    programme: Programme
    left_out: tuple[Person, ...]
    recipient: int | None
    who: Who


def partial(sheet: Sheet) -> Partial | None:
    """The household as far as it is known; None without programme, area, or anybody of known age."""
    reception, item = sheet.reception.read, sheet.reception.item
    area, on = reception.get("area"), reception.get("received_on") or sheet.setting.on
    if item is None or not area:
        return None
    counted = [
        p for p in sheet.people if p.birth and p.birth <= on and (p is sheet.applicant or p.read.get("relation"))
    ]
    if not counted:
        return None
    outside = [row for row in sheet.outside if row.read.get("relation")]
    known = means.Means(
        area=area,
        region_code=reception.get("village") or sheet.reception.text("village") or "371500000000",
        people=tuple(_circumstances(person, sheet) for person in counted),
        obligors=tuple(map(_known_obligor, outside)),
        assets=_assets(sheet.assets.read),
    )
    chosen = sheet.people[recipient(sheet)]
    place = counted.index(chosen) if chosen in counted else None
    left_out = tuple(person for person in sheet.people if person not in counted)
    who = Who(tuple(one.called for one in counted), tuple(one.called for one in outside))
    return Partial(known, on, item.programme, left_out, place, who)


def _can_count(person: Member, on: date) -> bool:
    born, related = person.birth, isinstance(person, Applicant) or bool(person.read.get("relation"))
    return born is not None and born <= on and related


def _member(person: Member, sheet: Sheet) -> MemberEntry:
    return MemberEntry(_entry(person), _circumstances(person, sheet), bool(person.read.get("consents")))


def _obligor(row: Obligor) -> ObligorEntry:
    return ObligorEntry(_entry(row), _known_obligor(row), bool(row.read.get("consents")))


def _entry(person: Person) -> PersonEntry:
    read = person.read
    hukou = read.get("hukou_address", "")
    return PersonEntry(
        name=read["name"],
        id_kind=read["id_kind"],
        id_number=read["id_number"],
        birth_date=read.get("birth_date"),
        sex=read.get("sex") or "",
        phone=read.get("phone") or None,
        hukou_address=hukou,
        home_address=read.get("home_address") or hukou,
    )


def _circumstances(person: Member, sheet: Sheet) -> means.Circumstances:
    read = person.read
    return means.Circumstances(
        relation="head" if person is sheet.applicant else read["relation"],
        birth_date=person.birth,
        sex=read.get("sex") or "",
        work=read.get("work") or None,
        student=read.get("student") or None,
        disability=_disability(read),
        major_illness=_answer(read.get("major_illness")),
        self_care_failed=read.get("self_care_failed"),
        absence=read.get("absence") or None,
        lives_here=not read.get("lives_elsewhere"),
        health=read.get("health", ""),
        prior=(read["prior"],) if read.get("prior") else (),
        incomes=_incomes(sheet.incomes, person.key),
    )


def _known_obligor(row: Obligor) -> means.Obligor:
    read = row.read
    return means.Obligor(
        relation=read["relation"],
        birth_date=row.birth,
        monthly_income_fen=read.get("monthly_income"),
        receives=read.get("receives") or None,
        disability=_disability(read),
        status=read.get("status") or None,
        assets_within_limit=_answer(read.get("assets")),
    )


def _incomes(rows: Sequence[IncomeForm], owner: str) -> tuple[means.Income, ...]:
    """Income of one person; a row whose amount cannot be read yet counts as unknown, never as zero."""
    return tuple(
        means.Income(
            kind=row.read["kind"],
            amount_fen=row.read.get("amount") if row.read.get("per") else None,
            per=row.read.get("per") or "month",
            evidence=row.read.get("evidence", ""),
        )
        for row in rows
        if row.read.get("kind") and row.read.get("owner") == owner
    )


def _assets(read: dict[str, Any]) -> means.Assets:
    return means.Assets(read.get("houses"), read.get("vehicles"), read.get("deposit"))


def _account(read: dict[str, Any]) -> AccountEntry | None:
    if not read.get("account_number"):
        return None
    return AccountEntry(
        kind=read["account_kind"],
        bank=read["bank"],
        number=read["account_number"],
        holder_name=read["holder_name"],
        holder_reason=read.get("holder_reason", ""),
    )


def _disability(read: dict[str, Any]) -> means.Disability | None:
    kind, grade = read.get("disability_kind"), read.get("disability_grade")
    return means.Disability(kind, int(grade)) if kind and grade else None


def _answer(code: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(code or "")
