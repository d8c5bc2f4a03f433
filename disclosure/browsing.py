"""County, township, village: how a stranger finds a list without searching for a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import Region
from accounts.roles import Level
from disclosure.models import NoticeList
from disclosure.sheets import left


@dataclass(frozen=True)
class Hung:
    """One list that is up."""

    token: str
    number: str
    village: str
    families: int
    posted_on: date
    ends_on: date
    left: str


@dataclass(frozen=True)
class Place:
    """A region with what is up in it; `beneath` only where its townships are shown with it."""

    code: str
    name: str
    lists: int
    families: int
    beneath: tuple[Place, ...] = ()


def counties(on: date) -> list[Place]:
    """Every county, the ones without a list too, each with the townships that have one."""
    counts = _counts(on)
    codes = {code[:9].ljust(12, "0") for code in counts}
    regions = Region.objects.filter(level=Level.COUNTY) | Region.objects.filter(code__in=codes)
    known = sorted(regions.values_list("code", "name", "level"))
    townships: dict[str, list[Place]] = defaultdict(list)
    for code, name, level in known:
        if level != Level.COUNTY:
            townships[code[:6]].append(_place(code, name, counts))
    return [
        _place(code, name, counts, tuple(townships[code[:6]])) for code, name, level in known if level == Level.COUNTY
    ]


def _counts(on: date) -> dict[str, tuple[int, int]]:
    """How many lists and families are up, by village."""
    rows = NoticeList.objects.up(on).order_by().values("region_id")
    counted = rows.annotate(lists=Count("pk", distinct=True), families=Count("entries"))
    return {row["region_id"]: (row["lists"], row["families"]) for row in counted}


def _place(code: str, name: str, counts: dict[str, tuple[int, int]], beneath: tuple[Place, ...] = ()) -> Place:
    prefix = code[:6] if code.endswith("000000") else code[:9]
    inside = [count for village, count in counts.items() if village.startswith(prefix)]
    return Place(code, name, sum(n for n, _ in inside), sum(n for _, n in inside), beneath)


def townships(county: Region, on: date) -> list[Place]:
    """Every township of a county."""
    counts = _counts(on)
    rows = Region.objects.filter(parent=county).order_by("code").values_list("code", "name")
    return [_place(code, name, counts) for code, name in rows]


def hung(region: Region, on: date) -> list[Hung]:
    """The lists that are up in a township or a village, in the order of the villages."""
    rows = NoticeList.objects.up(on).filter(region__code__startswith=region.prefix).select_related("region")
    counted = rows.order_by("region_id", "posted_at").annotate(families=Count("entries"))
    return [_hung(one, one.families, on) for one in counted]  # type: ignore[attr-defined]


def _hung(one: NoticeList, families: int, on: date) -> Hung:
    return Hung(one.token, one.number, one.region.name, families, one.posted_on, one.ends_on, left(one, on))
