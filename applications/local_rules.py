"""The local rules of a county: what is recorded, what is not, and how often that left a question to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts import regions
from applications.models import Matter, State
from eligibility.local_keys import KEYS, LocalKey
from eligibility.measures import AREA_NAMES
from eligibility.models import LocalSetting, Ruling, RulingTest, StandardDecision
from eligibility.programmes import Programme
from eligibility.targets import Kind, value_words
from households.models import IncomeFact, Obligation

CITY = "371500000000"
COUNTED_DAYS = 365
# Up to the opinion the rules are asked anew each day; from then on the answer is frozen.
_BEFORE_OPINION = (State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.VISITED, State.SURVEYED)
_ASKS_ASSETS = (
    Programme.DIBAO,
    Programme.DIBAO_SINGLE,
    Programme.TEKUN,
    Programme.TEMPORARY,
    Programme.EDGE,
    Programme.RIGID,
)


@dataclass(frozen=True)
class Recorded:
    """One row in force, or to come."""

    what: str
    value: str
    since: date
    document: str
    place: str
    paper: UUID | None
    is_coming: bool


@dataclass(frozen=True)
class Shown:
    """One local rule. `ruled` and `waiting` count what its absence left to people; None where nothing is asked."""

    key: LocalKey
    rows: list[Recorded]
    codes: list[tuple[str, str]]
    ruled: int | None
    waiting: int | None

    @property
    def is_empty(self) -> bool:
        return not any(not row.is_coming for row in self.rows)


def shown(county_code: str, today: date) -> list[Shown]:
    """Every local rule the registry knows. Six queries, however many rows."""
    recorded = _recorded(county_code, today)
    ruled = ruled_counts(county_code, today)
    waiting = waiting_counts(county_code)
    return [
        Shown(
            key=key,
            rows=recorded.get(key.code, []),
            codes=_codes(key),
            ruled=_most(ruled, key.answers),
            waiting=waiting["rigid_ratio"] if key.code == "rigid_ratio" else _most(waiting, key.answers),
        )
        for key in KEYS.values()
    ]


def _most(counts: dict[str, int], answers: Iterable[RulingTest]) -> int | None:
    known = [counts.get(test, 0) for test in answers]
    return sum(known) if known else None


def _codes(key: LocalKey) -> list[tuple[str, str]]:
    """The addresses a new value is drafted at, one for each programme it is set for."""
    return [(f"{key.code}.{one}", Programme(one).label) for one in key.programmes] or [(key.code, "")]


def _recorded(county_code: str, today: date) -> dict[str, list[Recorded]]:
    """The newest row of each place and kind that has begun, and every later one."""
    places = (county_code, CITY)
    papers = dict(
        StandardDecision.objects.filter(
            outcome="in_force", draft__region_id__in=places, draft__kind=Kind.SETTING
        ).values_list("row_id", "draft_id")
    )
    begun: dict[tuple[str, ...], LocalSetting] = {}
    coming = []
    for one in LocalSetting.objects.filter(region_id__in=places).order_by("effective_from"):
        if one.effective_from > today:
            coming.append(one)
        else:
            begun[one.region_id, one.key, one.programme, one.name, one.area] = one
    found: dict[str, list[Recorded]] = {}
    for one in (*(row for row in begun.values() if row.value is not None), *coming):
        found.setdefault(one.key, []).append(_row(one, papers.get(one.pk), is_coming=one.effective_from > today))
    return found


def _row(one: LocalSetting, paper: UUID | None, *, is_coming: bool) -> Recorded:
    return Recorded(
        what=of_words(one.area, one.programme, one.name),
        value=value_words(Kind.SETTING, one.value),
        since=one.effective_from,
        document=one.document_number,
        place=regions.name_of(one.region_id),
        paper=paper,
        is_coming=is_coming,
    )


def of_words(area: str, programme: str, name: str) -> str:
    """Whom a row is for: `农村 · 特困人员救助供养`."""
    parts = (AREA_NAMES[area] if area else "", Programme(programme).label if programme else "", name)
    return " · ".join(part for part in parts if part)


def in_county(field: str, county_code: str) -> Q:
    return Q(**{f"{field}__gte": county_code, f"{field}__lte": county_code[:6].ljust(12, "9")})


def rulings_counted(county_code: str, today: date) -> QuerySet[Ruling]:
    """The rulings of the last twelve months in the county."""
    since = today - timedelta(days=COUNTED_DAYS)
    return Ruling.objects.filter(in_county("household__region_id", county_code), ruled_at__date__gt=since)


def ruled_counts(county_code: str, today: date) -> dict[str, int]:
    """How often each question was ruled on. One query."""
    rows = rulings_counted(county_code, today).order_by().values_list("test").annotate(number=Count("pk"))
    return dict(rows)


def _ruled(test: RulingTest) -> Exists:
    return Exists(Ruling.objects.filter(household=OuterRef("household"), test=test))


def open_before_opinion() -> QuerySet[Matter]:
    return Matter.objects.filter(state__in=_BEFORE_OPINION)


def waits_on(test: str) -> Q | None:
    """The open matters whose answer still needs a ruling on this; None where no local rule would spare it."""
    asks_assets = Q(programme__in=_ASKS_ASSETS) & ~Q(programme=Programme.TEMPORARY, need_kind="sudden")
    pensions = IncomeFact.objects.live().filter(household=OuterRef("household"), kind="basic_pension")
    conditions = {
        RulingTest.ASSETS_WITHIN_LIMIT.value: asks_assets & ~Q(_ruled(RulingTest.ASSETS_WITHIN_LIMIT)),
        RulingTest.OBLIGOR_ASSETS.value: Q(programme=Programme.TEKUN)
        & Q(Exists(Obligation.objects.filter(household=OuterRef("household"), ends_on=None)))
        & ~Q(_ruled(RulingTest.OBLIGOR_ASSETS)),
        RulingTest.BASIC_PENSION_COUNTED.value: Q(Exists(pensions)) & ~Q(_ruled(RulingTest.BASIC_PENSION_COUNTED)),
        "rigid_ratio": Q(programme=Programme.RIGID),
    }
    return conditions.get(test)


_COUNTED = (*(test.value for test in RulingTest), "rigid_ratio")


def waiting_counts(county_code: str) -> dict[str, int]:
    """How many open matters of the county wait on each question. One query."""
    known = {test: condition for test in _COUNTED if (condition := waits_on(test)) is not None}
    rows = open_before_opinion().filter(in_county("region_id", county_code))
    counts: dict[str, int] = rows.aggregate(
        **{test: Count("pk", filter=condition) for test, condition in known.items()}
    )
    return counts


def behind(key: LocalKey, county_code: str, today: date) -> Q:
    """The matters behind a rule's two numbers: ruled on in the last twelve months, or waiting for it now."""
    tests = [test.value for test in key.answers] + (["rigid_ratio"] if key.code == "rigid_ratio" else [])
    condition = Q(pk__in=[])
    for test in tests:
        households = rulings_counted(county_code, today).filter(test=test).values("household")
        waiting = waits_on(test)
        condition |= Q(household__in=households)
        if waiting is not None:
            condition |= waiting & Q(state__in=_BEFORE_OPINION)
    return condition & in_county("region_id", county_code)
