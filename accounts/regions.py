"""Load the city → county → township → village tree; add local units; name a region with its ancestors."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from accounts.errors import Invalid
from accounts.models import Region
from accounts.roles import Level

SOURCE = Path(__file__).parent / "data" / "regions.csv"


@transaction.atomic
def load(path: Path = SOURCE) -> int:
    """Add what the file holds and the table does not; how many. A second run adds nothing."""
    known = set(Region.objects.values_list("code", flat=True))
    with path.open(encoding="utf-8", newline="") as file:
        fresh = [
            Region(code=row["code"], name=place(row["name"]), level=row["level"], parent_id=row["parent_code"] or None)
            for row in csv.DictReader(file)
            if row["code"] not in known
        ]
    Region.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def place(name: str) -> str:
    """The place rather than its committee: 化庄村委会 is 化庄村, 古城社区居委会 is 古城社区."""
    for ending in ("村民委员会", "村委会", "村居委会"):
        if name.endswith(ending):
            return name.removesuffix(ending) + "村"
    for ending in ("居民委员会", "居委会"):
        if name.endswith(f"社区{ending}"):
            return name.removesuffix(ending)
    return name


def add_local(code: str, name: str, parent: Region) -> Region:
    """A unit without a national code (a development zone): below a county, its code within the parent's.

    Raises Invalid where the code is not the parent's, or taken.
    """
    if parent.level not in (Level.COUNTY, Level.TOWNSHIP):
        raise Invalid({"parent": "本地单位设在县或乡镇之下"})
    level = Level.TOWNSHIP if parent.level == Level.COUNTY else Level.VILLAGE
    region = Region(code=code, name=name, level=level, parent=parent, is_local=True)
    tail = code[len(region.prefix) :] if len(code) == 12 and code.isdigit() else "?"
    if not code.startswith(parent.prefix) or tail.strip("0") or code[: len(region.prefix)] == parent.prefix:
        raise Invalid({"code": f"编码写 12 位，以 {parent.prefix} 开头"})
    if Region.objects.filter(code=code).exists():
        raise Invalid({"code": "这个编码已被使用"})
    region.save(force_insert=True)
    return region


def ancestors(code: str) -> list[str]:
    """The codes above and including this one, from the city down: at most four."""
    codes = [code[:n].ljust(12, "0") for n in (4, 6, 9, 12)]
    return list(dict.fromkeys(codes))


@lru_cache(maxsize=4096)
def name_of(code: str) -> str:
    """A region's name; kept in memory, as a name changes with a release of the table."""
    return Region.objects.values_list("name", flat=True).get(code=code)


def full_name(code: str) -> str:
    """County, township and village in one: 东阿县姜楼镇陈庄新村. The city itself stands alone."""
    codes = ancestors(code)
    return "".join(name_of(one) for one in (codes[1:] or codes))


def office_of(township: str) -> str:
    """Whose name stands under a township's paper."""
    if township.endswith(("镇", "乡")):
        return f"{township}人民政府"
    return f"{township}办事处" if township.endswith("街道") else township
