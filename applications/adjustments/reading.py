"""Awards with everything a proposal asks of them, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Min

from applications.models import Decision, Matter
from eligibility.models import Assessment
from households.models import Person
from payments import worth
from payments.models import Award, AwardCover, Hold, LedgerEntry
from payments.moments import next_month
from payments.worth import Worth

Kind = LedgerEntry.Kind


@dataclass(frozen=True)
class Known:
    """An award, what it stands on, where its ledger is, and who stops it."""

    award: Award
    matter: Matter | None
    ground: Assessment | None
    last: LedgerEntry
    latest_month: date
    settled: date | None
    covered: frozenset[UUID]
    stopped_by: str
    months: Mapping[date, Worth]
    first: date
    ahead: date

    @property
    def open_month(self) -> date:
        """The first month no list took: from there on an amount is changed, before it is back-pay."""
        return self.award.first_month if self.settled is None else next_month(self.settled)


def months_between(first: date, last: date) -> list[date]:
    """Every month from the first to the last, both days the first of a month."""
    found = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return found


def read(touched: Sequence[tuple[UUID, date]], on: date) -> list[tuple[Known, date]]:
    """Each award given with the day its figures changed; in the order given. Eight statements."""
    pks = [pk for pk, _ in touched]
    awards = Award.objects.select_related("household", "payee", "region").in_bulk(pks)
    settled = worth.settled(pks)
    spans = {pk: _span(awards[pk], settled[pk], since, on) for pk, since in touched}
    if not spans:
        return []
    every = months_between(min(s[0] for s in spans.values()), max(s[1] for s in spans.values()))
    values = worth.worth(pks, every)
    entries = LedgerEntry.objects.filter(award__in=pks).exclude(kind__in=(Kind.BACK_PAY, Kind.RECOVER))
    last = {e.award_id: e for e in entries.order_by("award_id", "-seq").distinct("award_id")}
    latest = dict(entries.values_list("award_id").annotate(latest=Max("from_month")))
    decisions = {d.pk: d for d in _decisions([a.decision_id for a in awards.values()])}
    raised = LedgerEntry.objects.filter(award__in=pks, assessment__isnull=False).select_related("assessment")
    grounds = {e.award_id: e.assessment for e in raised.order_by("award_id", "-seq").distinct("award_id")}
    covers, stopped = _covers(awards)
    found = []
    for pk, since in touched:
        award, decision = awards[pk], decisions.get(awards[pk].decision_id)
        first, ahead = spans[pk]
        known = Known(
            award=award,
            matter=decision.matter if decision else None,
            ground=grounds.get(pk) or (decision.assessment if decision else None),
            last=last[pk],
            latest_month=latest[pk],
            settled=settled[pk],
            covered=frozenset(covers[pk]),
            stopped_by=stopped.get(pk, ""),
            months={month: values[pk, month] for month in months_between(first, ahead)},
            first=first,
            ahead=ahead,
        )
        found.append((known, since))
    return found


def _span(award: Award, settled: date | None, since: date, on: date) -> tuple[date, date]:
    """From the first month wholly under the new figure to the first that is neither listed nor begun."""
    first = max(award.first_month, since if since.day == 1 else next_month(since))
    still_open = award.first_month if settled is None else next_month(settled)
    return min(first, max(next_month(on), still_open)), max(next_month(on), still_open)


def _decisions(pks: Sequence[UUID]) -> Sequence[Decision]:
    return list(Decision.objects.filter(pk__in=pks).select_related("matter", "assessment"))


def _covers(awards: Mapping[UUID, Award]) -> tuple[dict[UUID, set[UUID]], dict[UUID, str]]:
    """Whom each award covers, and why nothing may be paid for one of them now: a death, an open hold."""
    covers: dict[UUID, set[UUID]] = defaultdict(set)
    for award, person in AwardCover.objects.filter(award__in=awards).values_list("award_id", "person_id"):
        covers[award].add(person)
    concerned = {pk: covers[pk] | {award.payee_id} for pk, award in awards.items()}
    people = {person for group in concerned.values() for person in group}
    holds = Hold.objects.open().filter(person__in=people).values_list("person_id").annotate(since=Min("from_day"))
    said = {person: f"{since} 起暂停发放待核" for person, since in holds}
    for person, day in Person.objects.filter(pk__in=people, died_on__isnull=False).values_list("pk", "died_on"):
        said[person] = f"{day} 死亡登记"
    return covers, {pk: said[p] for pk, group in concerned.items() for p in sorted(group) if p in said}
