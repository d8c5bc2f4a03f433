"""A run as a workbook: the question, the tables, whoever gains or loses. Text that stays text, money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from accounts import audit, regions
from accounts.models import Region, User
from applications.simulation.behind import GROUPS, Behind
from applications.simulation.keeping import Kept
from applications.simulation.running import Question
from applications.simulation.shown import PAYS, Changed
from eligibility.programmes import Programme
from eligibility.simulate.totals import Totals, by_county, by_programme

PLACES = (
    "项目",
    "地区",
    "现行户",
    "现行人",
    "拟定户",
    "拟定人",
    "新增户",
    "新增人",
    "退出户",
    "退出人",
    "提高户",
    "降低户",
)
SUMS = ("待认定户", "现行每月", "拟定每月", "每月多", "全年多", "在发户", "在发户每月多")
PEOPLE = ("变化", "项目", "户主或本人", "证件号码", "村", "人数", "现行每月", "拟定每月", "每月多", "在发")
LISTED = ("gained", "lost", "raised", "lowered", "settled", "unsettled", "unsure")
MOST_LISTED = 100_000
AT_ONCE = 2_000


@transaction.atomic
def written(question: Question, made: Kept, changes: Sequence[Changed], *, actor: User, on: date) -> bytes:
    """The whole workbook; the export is audited."""
    whole = BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as workbook:
        sheets = _Sheets(workbook)
        sheets.about(question, made, changes)
        sheets.places("分项目", [("合计", by_programme(made.table))])
        sheets.places("分县", [(regions.name_of(code), mine) for code, mine in by_county(made.table).items()])
        sheets.places("分乡镇", [(regions.full_name(code), mine) for code, mine in made.table.items()])
        sheets.people(_people(made, actor))
    region = Region.objects.get(code=question.region)
    audit.record(actor, "simulation.export", region, on=on, region_code=region.code)
    return whole.getvalue()


def _people(made: Kept, user: User) -> Iterable[tuple[Any, ...]]:
    listed = 0
    for programme in by_programme(made.table):
        for group in LISTED:
            behind = Behind(made, programme, group)
            for first in range(0, len(behind), AT_ONCE):
                for row in behind.shown(user, first, first + AT_ONCE):
                    listed += 1
                    if listed > MOST_LISTED:
                        return
                    texts = (GROUPS[group], programme.label, row.name, row.id_masked, row.village)
                    yield (
                        *texts,
                        row.people,
                        row.fen_before,
                        row.fen_after,
                        row.more_fen,
                        "在发" if row.is_live else "",
                    )


class _Sheets:
    """Worksheets of one workbook. `text` cells are strings whatever they begin with."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.money = workbook.add_format({"num_format": "#,##0.00"})

    def about(self, question: Question, made: Kept, changes: Sequence[Changed]) -> None:
        sheet = self.workbook.add_worksheet("测算")
        said = [
            ("范围", regions.name_of(question.region)),
            ("从哪天起", question.on.isoformat()),
            ("测算时间", f"{timezone.localtime(made.at):%Y-%m-%d %H:%M}"),
            ("本系统登记户", f"{made.households}"),
            ("本系统登记人", f"{made.people}"),
            ("资料不全未计入户", f"{made.incomplete}"),
            ("口径", "只算本系统登记的家庭；待认定的户不计入户数和金额；一个人只计一个互斥项目；全年 = 每月 × 12"),
        ]
        for at, (name, words) in enumerate(said):
            sheet.write_string(at, 0, name)
            sheet.write_string(at, 1, words)
        for at, one in enumerate(changes, start=len(said)):
            sheet.write_string(at, 0, f"{one.label}（{one.unit}）")
            for column, fen in ((1, one.before_fen), (2, one.after_fen)):
                if fen is not None:
                    sheet.write_number(at, column, Decimal(fen).scaleb(-2), self.money)

    def places(self, name: str, rows: Iterable[tuple[str, dict[Programme, Totals]]]) -> None:
        sheet = self._headed(name, (*PLACES, *SUMS))
        at = 1
        for place, mine in rows:
            for programme, one in mine.items():
                self._place(sheet, at, programme, place, one)
                at += 1

    def _place(self, sheet: Any, at: int, programme: Programme, place: str, one: Totals) -> None:
        sheet.write_string(at, 0, programme.label)
        sheet.write_string(at, 1, place)
        numbers = (
            *(one.families_before, one.people_before, one.families_after, one.people_after),
            *(one.gained_families, one.gained_people, one.lost_families, one.lost_people),
            *(one.raised_families, one.lowered_families, one.unsure_families),
        )
        for column, number in enumerate(numbers, start=2):
            sheet.write_number(at, column, number)
        sheet.write_number(at, 17, one.live_families)
        if programme not in PAYS:
            return
        sums = {13: one.fen_before, 14: one.fen_after, 15: one.more_fen, 16: one.more_fen * 12, 18: one.live_more_fen}
        for column, fen in sums.items():
            sheet.write_number(at, column, Decimal(fen).scaleb(-2), self.money)

    def people(self, rows: Iterable[tuple[Any, ...]]) -> None:
        sheet = self._headed("变化名单", PEOPLE)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif column == 5:
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_number(at, column, Decimal(value).scaleb(-2), self.money)

    def _headed(self, name: str, labels: Sequence[str]) -> Any:
        sheet = self.workbook.add_worksheet(name)
        for column, label in enumerate(labels):
            sheet.write_string(0, column, label)
        sheet.freeze_panes(1, 0)
        return sheet
