"""What the pages of a list show beside its lines: sums by programme and township, and what changed since last month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from eligibility.programmes import Programme
from payments.models import PaymentLine, PaymentList

CHANGES = (("new", "新增"), ("changed", "调整"), ("back_pay", "补发"), ("gone", "停发"))

# Awards of the month before that no other list of this month pays: a second list of a month stops nobody. A line that
# pays earlier months only (a back-pay beside a list that went before) is neither new nor changed.
_BY_PROGRAMME = """
    WITH now AS (
      SELECT award_id, programme, people, due_fen, back_pay_fen, net_fen
      FROM payments_paymentline WHERE list_id = %(list)s
    ), before AS (
      SELECT l.award_id, l.programme, sum(l.due_fen) AS due_fen, sum(l.net_fen) AS net_fen
      FROM payments_paymentline l JOIN payments_paymentlist p ON p.id = l.list_id
      WHERE p.county_code = %(county)s AND p.month = %(month_before)s AND p.state <> 'cancelled'
        AND (%(programme)s = '' OR l.programme = %(programme)s)
        AND NOT EXISTS (
          SELECT 1 FROM payments_paymentline o JOIN payments_paymentlist q ON q.id = o.list_id
          WHERE o.award_id = l.award_id AND q.id <> %(list)s AND q.month = %(month)s AND q.state <> 'cancelled')
      GROUP BY 1, 2
    )
    SELECT coalesce(n.programme, b.programme) AS programme, count(n.award_id) AS lines,
           coalesce(sum(n.people), 0) AS people, coalesce(sum(n.net_fen), 0) AS net_fen,
           coalesce(sum(n.back_pay_fen), 0) AS back_pay_fen,
           count(n.award_id) FILTER (WHERE n.back_pay_fen > 0) AS back_pay_lines,
           count(b.award_id) AS before_lines, coalesce(sum(b.net_fen), 0) AS before_fen,
           count(*) FILTER (WHERE b.award_id IS NULL AND n.due_fen > 0) AS new_lines,
           count(*) FILTER (WHERE n.award_id IS NULL) AS gone_lines,
           count(*) FILTER (WHERE n.due_fen > 0 AND n.due_fen <> b.due_fen) AS changed_lines
    FROM now n FULL JOIN before b ON b.award_id = n.award_id GROUP BY 1"""

_BY_TOWNSHIP = """
    SELECT left(region_code, 9) AS code, max(township) AS name, count(*) AS lines, sum(people) AS people,
           sum(due_fen) AS due_fen, sum(back_pay_fen) AS back_pay_fen, sum(recover_fen) AS recover_fen,
           sum(net_fen) AS net_fen
    FROM payments_paymentline WHERE list_id = %(list)s GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True)
class ProgrammeSum:
    """A programme's part of the list beside the month before; money in fen."""

    programme: str
    lines: int
    people: int
    net_fen: int
    back_pay_fen: int
    back_pay_lines: int
    before_lines: int
    before_fen: int
    new_lines: int
    gone_lines: int
    changed_lines: int

    @property
    def label(self) -> str:
        return Programme(self.programme).label

    @property
    def difference_fen(self) -> int:
        return self.net_fen - self.before_fen


@dataclass(frozen=True)
class TownshipSum:
    """A township's part of the list; `code` nine digits, money in fen."""

    code: str
    name: str
    lines: int
    people: int
    due_fen: int
    back_pay_fen: int
    recover_fen: int
    net_fen: int


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def by_programme(made: PaymentList) -> list[ProgrammeSum]:
    """One statement; in the order of the programmes."""
    order = {programme.value: place for place, programme in enumerate(Programme)}
    sums = [ProgrammeSum(**row) for row in _rows(_BY_PROGRAMME, made)]
    return sorted(sums, key=lambda one: order[one.programme])


def by_township(made: PaymentList) -> list[TownshipSum]:
    """One statement; in the order of the codes."""
    return [TownshipSum(**row) for row in _rows(_BY_TOWNSHIP, made)]


def _rows(statement: str, made: PaymentList) -> list[dict[str, Any]]:
    given: dict[str, Any] = {
        "list": made.pk,
        "county": made.county_code,
        "month": made.month,
        "month_before": month_before(made.month),
        "programme": made.programme,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        names = [column.name for column in cursor.description]
        # PostgreSQL's sum of bigint is numeric: fen are whole numbers again here.
        return [
            {name: value if isinstance(value, str) else int(value) for name, value in zip(names, row, strict=True)}
            for row in cursor.fetchall()
        ]


def lines(made: PaymentList, *, change: str = "", **narrow: str) -> QuerySet[PaymentLine]:
    """The list's lines in order, narrowed by `township` (9 digits), `programme`, `name` (part) and `change`.

    `change` is one of CHANGES; "gone" answers with last month's lines that this list has no more.
    """
    last = PaymentLine.objects.filter(list__county_code=made.county_code, list__month=month_before(made.month)).exclude(
        list__state=PaymentList.State.CANCELLED
    )
    rows = PaymentLine.objects.filter(list=made)
    if change == "gone":
        if made.programme:
            last = last.filter(programme=made.programme)
        this = PaymentLine.objects.filter(list__county_code=made.county_code, list__month=made.month)
        this = this.exclude(list__state=PaymentList.State.CANCELLED)
        rows = last.exclude(Exists(this.filter(award_id=OuterRef("award_id"))))
    elif change == "new":
        rows = rows.filter(due_fen__gt=0).exclude(Exists(last.filter(award_id=OuterRef("award_id"))))
    elif change == "changed":
        same = last.filter(award_id=OuterRef("award_id"))
        rows = rows.filter(Exists(same), due_fen__gt=0).exclude(Exists(same.filter(due_fen=OuterRef("due_fen"))))
    elif change == "back_pay":
        rows = rows.filter(back_pay_fen__gt=0)
    if township := narrow.get("township"):
        rows = rows.filter(region_code__startswith=township)
    if programme := narrow.get("programme"):
        rows = rows.filter(programme=programme)
    if name := narrow.get("name"):
        rows = rows.filter(name__icontains=name)
    return rows.order_by("list_id", "seq")
