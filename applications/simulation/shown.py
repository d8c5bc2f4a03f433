"""A run as its page shows it: the sentence first, then the tables, every number with the address of its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts import regions
from accounts.models import Region
from accounts.roles import Level
from applications.simulation.asking import InForce
from applications.simulation.keeping import Kept
from applications.simulation.running import Question
from eligibility.assess import book
from eligibility.local_settings import settings
from eligibility.programmes import Programme
from eligibility.rules.codes import Area
from eligibility.simulate.proposed import Proposed, overlaid
from eligibility.simulate.totals import Table, Totals, by_programme
from eligibility.targets import Kind, label_of

P = Programme
PAYS = tuple(one for one in Programme if one not in (P.TEMPORARY, P.EDGE, P.RIGID))
Link = Callable[..., str]


@dataclass(frozen=True)
class Changed:
    """One figure: what it is, what it would be."""

    label: str
    unit: str
    before_fen: int | None
    after_fen: int


@dataclass(frozen=True)
class Count:
    """A number of families with its people; `url` "" where there is nobody to list."""

    families: int
    people: int | None
    url: str


@dataclass(frozen=True)
class Line:
    """One programme, or one place. Sums are fen a month; None where the programme pays none."""

    label: str
    url: str
    counts: list[Count]
    fen_before: int | None
    fen_after: int | None
    more_fen: int | None
    percent: str
    year_fen: int | None
    live: Count
    live_more_fen: int | None
    budget_fen: int | None = None
    share: str = ""


COUNTED = ("before", "after", "gained", "lost", "raised", "lowered", "unsure")
"""The groups a table shows, in the order of its columns."""


def lines(
    mine: Mapping[Programme, Totals], link: Link, budget: Mapping[Programme, int], *, moving: bool = True
) -> list[Line]:
    """Programme by programme, those without anybody left out."""
    return [
        _line(one.label, link(programme=one.value), totals, one, link, budget.get(one))
        for one, totals in mine.items()
        if not moving or totals.families_before or totals.families_after or totals.unsure_families
    ]


def places(table: Table, programme: Programme, link: Link, *, opens: bool) -> list[Line]:
    """One programme, place by place. `opens`: a county's name leads to its townships."""
    return [
        _line(
            regions.name_of(code),
            link(programme=programme.value, place=code) if opens else "",
            mine[programme],
            programme,
            lambda **more: link(**{"place": code, **more}),  # noqa: B023  (called before the loop turns)
            None,
        )
        for code, mine in table.items()
    ]


def _line(label: str, url: str, one: Totals, programme: Programme, link: Link, budget: int | None) -> Line:
    def count(group: str) -> Count:
        families = getattr(one, f"families_{group}", None)
        families = getattr(one, f"{group}_families") if families is None else families
        people = getattr(one, f"people_{group}", getattr(one, f"{group}_people", None))
        address = link(programme=programme.value, group=group) + "#list" if families else ""
        return Count(families, people, address)

    pays = programme in PAYS
    year = one.fen_after * 12
    return Line(
        label=label,
        url=url,
        counts=[count(group) for group in COUNTED],
        fen_before=one.fen_before if pays else None,
        fen_after=one.fen_after if pays else None,
        more_fen=one.more_fen if pays else None,
        percent=percent(one.more_fen, one.fen_before) if pays and one.fen_before else "",
        year_fen=one.more_fen * 12 if pays else None,
        live=count("live"),
        live_more_fen=one.live_more_fen if pays else None,
        budget_fen=budget,
        share=percent(year, budget) if budget and pays else "",
    )


def percent(part: int, whole: int) -> str:
    """12.3%; signed by the part."""
    return f"{Decimal(part * 1000 // whole if part >= 0 else -(-part * 1000 // whole)) / 10}%".replace("-", "−")


def changed(question: Question, before: Callable[[Proposed], InForce]) -> list[Changed]:
    return [
        Changed(
            before(one).label,
            "元/年" if one.programme == "reference_income" else "元/月",
            before(one).fen,
            one.value_fen,
        )
        for one in question.proposed
    ]


@dataclass(frozen=True)
class Sum:
    """All programmes that pay by the month together."""

    fen_before: int
    fen_after: int
    gained: list[tuple[str, Totals]]
    lost: list[tuple[str, Totals]]
    budget_fen: int | None

    @property
    def more_fen(self) -> int:
        return self.fen_after - self.fen_before

    @property
    def year_fen(self) -> int:
        return self.more_fen * 12

    @property
    def words(self) -> str:
        return "少" if self.more_fen < 0 else "多"

    @property
    def size_fen(self) -> int:
        """The difference of a month without its sign: 多 and 少 say it."""
        return abs(self.more_fen)

    @property
    def year_size_fen(self) -> int:
        return abs(self.year_fen)

    @property
    def percent(self) -> str:
        return percent(self.more_fen, self.fen_before) if self.fen_before else ""

    @property
    def share(self) -> str:
        """What a year under the proposal takes of the year's budget."""
        return percent(self.fen_after * 12, self.budget_fen) if self.budget_fen else ""


def summed(made: Kept, budget: Mapping[Programme, int]) -> Sum:
    """Of the programmes with a budget only what those cost is held against it."""
    mine = by_programme(made.table)
    paying = {one: totals for one, totals in mine.items() if one in PAYS}
    with_budget = bool(budget) and all(one in budget for one, totals in paying.items() if totals.fen_after)
    return Sum(
        sum(one.fen_before for one in paying.values()),
        sum(one.fen_after for one in paying.values()),
        [(one.label, totals) for one, totals in paying.items() if totals.gained_families],
        [(one.label, totals) for one, totals in paying.items() if totals.lost_families],
        sum(budget.values()) if with_budget else None,
    )


@dataclass(frozen=True)
class Low:
    """A published figure that the proposal would leave below its floor, and the least it would have to be."""

    label: str
    fen: int
    least_fen: int
    url: str


def left_low(question: Question, link: Link) -> list[Low]:
    """聊政字〔2020〕28号: tekun basic is at least 1.3 × the standard. What the proposal newly leaves below that."""
    known, day = book(), question.on.year * 10_000 + question.on.month * 100 + question.on.day
    proposed = overlaid(known, question.proposed, region=question.region, on=question.on)
    found = []
    for area in Area:
        now, then = (one.on(question.region, area, day).basic for one in (known, proposed))
        if then.below_floor and not now.below_floor:
            code = f"tekun.basic.{area.name.lower()}"
            label = label_of(Kind.FIGURE, "tekun", "basic", area.name.lower())
            found.append(
                Low(label, then.fen, then.formula, link(**{code: f"{then.formula // 100}.{then.formula % 100:02d}"}))
            )
    return found


def budgets(region: Region, on: date) -> dict[Programme, int]:
    """The year's budget of each programme in fen: the place's own row; of the city, else its counties' together.

    A city's row is not a county's budget, and counties of which one has none make no sum.
    """
    known = settings()
    counties = [] if region.level == Level.COUNTY else list(Region.objects.filter(parent=region))

    def own(code: str, programme: Programme) -> int | None:
        row = known.row("budget", code, "", on, programme)
        return int(row.value * 100) if row and row.value is not None and row.region_code == code else None

    found: dict[Programme, int] = {}
    for programme in PAYS:
        mine = own(region.code, programme)
        parts: Sequence[int | None] = [own(one.code, programme) for one in counties]
        if mine is not None:
            found[programme] = mine
        elif parts and None not in parts:
            found[programme] = sum(one for one in parts if one is not None)
    return found
