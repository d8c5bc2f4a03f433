"""The verification report of one family: who was asked about where, what was said, how old it is, what nobody said.

What was held against the declaration stands apart from what is evidence alone (佐证); the whole is evidence, not a
decision. Silence is shown as silence: 未答复 is neither 有记录 nor 无记录.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from households.models import Household, Person
from verification import words
from verification.models import Answer, Finding, Subject
from verification.sources import registry
from verification.sources.base import Kind, Source


class Said(StrEnum):
    """What the report says of one person at one source."""

    FOUND = "有记录"
    NOT_FOUND = "无记录"
    NOT_ANSWERED = "未答复"
    NOT_ASKED = "未查询"


@dataclass(frozen=True)
class Row:
    """One person at one source: the newest answer, or why there is none.

    `facts`: a kind's name and its words, held against what was declared. `evidence`: the same of what is held against
    nothing, and what it is read for.
    """

    source: Source
    said: Said
    facts: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[str, str, str], ...] = ()
    on: date | None = None
    received_at: datetime | None = None
    valid_until: date | None = None
    is_outdated: bool = False
    reason: str = ""


@dataclass(frozen=True)
class OfPerson:
    """One person of the family with every source that may be asked about them."""

    person: Person
    role: str
    unasked: str
    rows: tuple[Row, ...]

    @property
    def telling(self) -> tuple[Row, ...]:
        """What a reader has to look at: records, silence, what is too old. Not who was never to be asked."""
        return tuple(row for row in self.rows if row.said in (Said.FOUND, Said.NOT_ANSWERED) or row.is_outdated)

    @property
    def empty(self) -> tuple[Row, ...]:
        """Sources that say they have no record, and still bear it."""
        return tuple(row for row in self.rows if row.said == Said.NOT_FOUND and not row.is_outdated)

    @property
    def never_asked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.said == Said.NOT_ASKED)

    @property
    def silent(self) -> int:
        return sum(row.said in (Said.NOT_ANSWERED, Said.NOT_ASKED) for row in self.rows)


@dataclass(frozen=True)
class Report:
    """The family as the sources have it on a day."""

    household: Household
    on: date
    people: tuple[OfPerson, ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every source that may be asked has said something that still counts, of everybody."""
        return all(not one.silent and not any(row.is_outdated for row in one.rows) for one in self.people)

    @property
    def last_on(self) -> date | None:
        return max((row.on for one in self.people for row in one.rows if row.on), default=None)


def of(household: Household, on: date) -> Report:
    """Five queries, whatever the size of the family."""
    subjects = _subjects(household, on)
    asked = _newest(list(subjects), on)
    people = tuple(_of_person(subject, asked.get(person, {}), on) for person, subject in subjects.items())
    findings = Finding.objects.filter(household=household, on__lte=on).select_related("person")
    return Report(household, on, people, tuple(findings.prefetch_related("steps__actor")))


def _subjects(household: Household, on: date) -> dict[UUID, Subject]:
    """Everybody a run had to do with for this household, as the newest run has them; members first."""
    newest: dict[UUID, Subject] = {}
    rows = Subject.objects.filter(household=household, run__on__lte=on).select_related("person")
    for subject in rows.order_by("-id"):
        newest.setdefault(subject.person_id, subject)
    return dict(sorted(newest.items(), key=lambda item: (item[1].role != Subject.Role.MEMBER, item[1].pk)))


@dataclass(frozen=True)
class Asked:
    """The newest enquiry of one person at one source, and the newest answer there is, which may be an older one's."""

    asked_on: date
    error: str
    answer: tuple[str, dict[str, Any], date, datetime] | None


def _newest(people: Sequence[UUID], on: date) -> dict[UUID, dict[str, Asked]]:
    answers = _answers(people, on)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (e.person_id, e.source) e.person_id, e.source, e."on", q.error
            FROM verification_enquiry e JOIN verification_request q ON q.id = e.request_id
            WHERE e.person_id = ANY(%s::uuid[]) AND e."on" <= %s
            ORDER BY e.person_id, e.source, e."on" DESC, e.id DESC
            """,
            [[str(person) for person in people], on],
        )
        asked: dict[UUID, dict[str, Asked]] = defaultdict(dict)
        for person, source, asked_on, error in cursor.fetchall():
            asked[person][source] = Asked(asked_on, error, answers.get((person, source)))
    return asked


def _answers(people: Sequence[UUID], on: date) -> dict[tuple[UUID, str], tuple[str, dict[str, Any], date, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (e.person_id, e.source)
              e.person_id, e.source, a.outcome, a."values"::text, a."on", a.received_at
            FROM verification_enquiry e JOIN verification_answer a ON a.enquiry_id = e.id AND a."on" = e."on"
            WHERE e.person_id = ANY(%s::uuid[]) AND e."on" <= %s
            ORDER BY e.person_id, e.source, e."on" DESC, e.id DESC
            """,
            [[str(person) for person in people], on],
        )
        return {
            (person, source): (outcome, json.loads(values), answered_on, received_at)
            for person, source, outcome, values, answered_on, received_at in cursor.fetchall()
        }


def _of_person(subject: Subject, asked: dict[str, Asked], on: date) -> OfPerson:
    concerned = [one for one in registry.sources() if f"{subject.role}s" in one.asks_about]
    rows = tuple(_row(source, asked.get(source.code), subject, on) for source in concerned)
    return OfPerson(subject.person, subject.get_role_display(), subject.get_unasked_display(), rows)


def _row(source: Source, asked: Asked | None, subject: Subject, on: date) -> Row:
    if asked is None:
        return Row(source, Said.NOT_ASKED, reason=subject.get_unasked_display() or "来源未接入")
    if asked.answer is None:
        return Row(source, Said.NOT_ANSWERED, on=asked.asked_on, reason=asked.error or "等待答复")
    outcome, values, answered_on, received_at = asked.answer
    until, told = answered_on + timedelta(days=source.age_limit_days), _told(values)
    return Row(
        source=source,
        said=Said.FOUND if outcome == Answer.Outcome.FOUND else Said.NOT_FOUND,
        facts=tuple((kind.label, said) for kind, said in told if kind.compares),
        evidence=tuple((kind.label, said, kind.evidence) for kind, said in told if not kind.compares),
        on=answered_on,
        received_at=received_at,
        valid_until=until,
        is_outdated=until < on,
        reason=f"{asked.asked_on} 再次查询，{asked.error or '等待答复'}" if asked.asked_on > answered_on else "",
    )


def _told(values: dict[str, Any]) -> list[tuple[Kind, str]]:
    """What the source says, in words, kind by kind."""
    kinds = registry.kinds()
    told = [(kinds[code], words.of(kinds[code], value)) for code, value in values.items() if code in kinds]
    return [(kind, said) for kind, said in told if said != words.NOTHING]
