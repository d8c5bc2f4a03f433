"""Lists as departments send them: rows of invented people, as CSV and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from xlsxwriter import Workbook

from accounts.models import User
from tests.making import COUNTY, invent_id_number, region
from verification import pushed
from verification.models import PushedList

ON = date(2026, 11, 25)
BORN = date(1961, 4, 5)
HEADING = ("姓名", "身份证号", "联系电话", "乡镇", "村", "情况")
Row = Sequence[object]


def row(name: str = "王秀英", **said: str) -> tuple[str, ...]:
    """One row: a person of 化庄村, 张鲁镇, unless said otherwise."""
    given = {
        "number": invent_id_number(BORN, "F"),
        "phone": "10000001234",
        "township": "张鲁镇",
        "village": "化庄村",
        "ground": "肢体残疾二级",
        **said,
    }
    return (name, *given.values())


def csv_of(*rows: Row, heading: Row = HEADING, encoding: str = "utf-8-sig") -> bytes:
    return "".join(",".join(map(str, one)) + "\r\n" for one in (heading, *rows)).encode(encoding)


def xlsx_of(*rows: Row, heading: Row = HEADING) -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, one in enumerate((heading, *rows)):
            for place, cell in enumerate(one):
                sheet.write(line, place, cell)
    return made.getvalue()


def nobody(people: Collection[UUID]) -> set[UUID]:
    return set()


def take(raw: bytes, actor: User, **said: Any) -> PushedList:
    given: dict[str, Any] = {
        "source": "disabled_federation",
        "kind": "disability",
        "legal_basis": "莘残联函〔2026〕7号",
        "name": "新办证.csv",
        "in_help": nobody,
        "on": ON,
        **said,
    }
    return pushed.take(given.pop("county", region(COUNTY)), raw=raw, actor=actor, **given)
