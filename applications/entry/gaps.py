"""What is still missing. Taking in comes first, completing later (容缺): a gap alone never stops a submission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from applications.entry.sheet import Sheet


@dataclass(frozen=True)
class Gap:
    """One thing missing, the control that fills it; `is_done` is a thing that is there, said in grey."""

    words: str
    target: str = ""
    link: str = "去填"
    icon: str = "unknown"
    is_done: bool = False


def gaps(sheet: Sheet) -> list[Gap]:
    """In the order of the page."""
    return [*_people(sheet), *_incomes(sheet), *_account(sheet), *_consents(sheet), *_papers(sheet)]


def _people(sheet: Sheet) -> Iterator[Gap]:
    applicant = sheet.applicant
    if not applicant.text("phone").strip() and not applicant.text("no_phone"):
        yield Gap("户主手机号", applicant["phone"].auto_id)
    for person in sheet.people:
        if not person.text("id_number").strip():
            yield Gap(f"{person.called}证件号", person["id_number"].auto_id)


def _incomes(sheet: Sheet) -> Iterator[Gap]:
    for row in sheet.incomes:
        if row.read.get("kind") and row.read.get("amount") is None:
            yield Gap(f"第 {row.number} 项收入金额，空着按不清楚算", row["amount"].auto_id)


def _account(sheet: Sheet) -> Iterator[Gap]:
    if not sheet.account.text("account_number").strip():
        yield Gap("收款账户", sheet.account["account_number"].auto_id)


def _consents(sheet: Sheet) -> Iterator[Gap]:
    signers = [
        person for person in (*sheet.people, *sheet.outside) if person.text("name").strip() and person.needs_consent
    ]
    signed = [person for person in signers if person.text("consents")]
    for person in signers:
        if person not in signed:
            yield Gap(f"{person.called}核对授权书", person["consents"].auto_id, "去勾", "file")
    if signed:
        yield Gap(f"核对授权书 {len(signed)} 人", icon="done", is_done=True)


def _papers(sheet: Sheet) -> Iterator[Gap]:
    given = set(sheet.ticked)
    for paper in sheet.wanted:
        if paper.code not in given:
            yield Gap(paper.name, f"paper-{paper.code}", "去勾", "file")
    if given:
        yield Gap(f"材料 {len(given)} 份", icon="done", is_done=True)
