"""What a list shows: the public page, the printed sheet and the desk read the same frozen rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from accounts import clock
from accounts.models import Region
from accounts.regions import office_of
from applications.workdays import NOTICE_DAYS
from disclosure.models import NoticeEntry, NoticeList
from eligibility.programmes import Programme

# One line each; what is not listed stands on the dibao rules (57号).
LAWS = {
    Programme.TEKUN: "《特困人员认定办法》（民发〔2021〕43 号）第 15 条",
    Programme.TEMPORARY: "《关于进一步加强和改进临时救助工作的意见》（民发〔2018〕23 号）",
}
DIBAO_LAW = "《最低生活保障审核确认办法》（民发〔2021〕57 号）第 19 条"


@dataclass(frozen=True)
class Row:
    """One family; `head` "" where no name may stand. Sums in fen, None where nothing is paid."""

    seq: int
    head: str
    people: int
    programme: str
    village: str
    amount_fen: int | None
    is_once: bool
    from_month: date | None


@dataclass(frozen=True)
class Phone:
    """Whom to call: `number` as read, `dial` as dialled."""

    office: str
    number: str

    @property
    def dial(self) -> str:
        return self.number.replace("-", "")


@dataclass(frozen=True)
class Sheet:
    """A whole list as strangers may read it."""

    title: str
    number: str
    village: str
    township: str
    county: str
    office: str
    township_code: str
    county_code: str
    place: str
    posted_on: date
    ends_on: date
    left: str
    is_rolled: bool
    law: str
    rows: tuple[Row, ...]
    phones: tuple[Phone, ...]

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)

    @property
    def has_nameless(self) -> bool:
        return any(not row.head for row in self.rows)

    @property
    def has_once(self) -> bool:
        """Whether some sums are paid once: then each says how often, and they are not added up."""
        return any(row.is_once for row in self.rows)

    @property
    def total_fen(self) -> int | None:
        sums = [row.amount_fen for row in self.rows if row.amount_fen is not None]
        return sum(sums) if sums and not self.has_once else None


def read(made: NoticeList) -> Sheet:
    """The sheet of a list loaded with its region and the two above (`with_regions`); one query more."""
    rows = tuple(_row(entry) for entry in made.entries.order_by("seq"))
    village, township, county = lineage(made.region)
    programmes = list(dict.fromkeys(entry.programme for entry in rows))
    return Sheet(
        title=_title(programmes),
        number=made.number,
        village=village.name,
        township=township.name,
        county=county.name,
        office=office_of(township.name),
        township_code=township.code,
        county_code=county.code,
        place=made.place,
        posted_on=made.posted_on,
        ends_on=made.ends_on,
        left=left(made, clock.today()),
        is_rolled=made.ends_on > made.posted_on + timedelta(days=NOTICE_DAYS),
        law=_law(programmes),
        rows=rows,
        phones=_phones(township, county),
    )


def lineage(village: Region) -> tuple[Region, Region, Region]:
    """Village, township and county. A local unit below a county stands for its own township."""
    township = village.parent or village
    return village, township, township.parent or township


def _row(entry: NoticeEntry) -> Row:
    return Row(
        seq=entry.seq,
        head=entry.head,
        people=entry.people,
        programme=entry.label,
        village=entry.village,
        amount_fen=entry.amount_fen,
        is_once=entry.per == "once",
        from_month=entry.from_month,
    )


def _title(programmes: list[str]) -> str:
    return f"{programmes[0]}拟保障名单公示" if len(programmes) == 1 else "社会救助拟保障名单公示"


def _law(programmes: Iterable[str]) -> str:
    known = {programme.label: law for programme, law in LAWS.items()}
    articles = dict.fromkeys(known.get(programme, DIBAO_LAW) for programme in programmes)
    return "依据《中华人民共和国社会救助法》、" + "、".join(articles)


def left(made: NoticeList, on: date) -> str:
    """How long it still stands."""
    days = (made.ends_on - on).days
    if days < 0:
        return "公示期已满"
    return f"还剩 {days} 天" if days else "今天 24 时止"


def _phones(township: Region, county: Region) -> tuple[Phone, ...]:
    """Township first, then county; the help line stands in where an office has no number of its own."""
    known = [Phone(f"{one.name}监督电话", one.phone) for one in (township, county) if one.phone]
    return tuple(known) if len(known) == 2 else (*known, Phone("监督电话", settings.AID_HELP_PHONE))
