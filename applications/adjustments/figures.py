"""What the page of a batch shows beside its rows: sums by programme and township, rows narrowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Left

from accounts.models import Region
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep
from eligibility.programmes import Programme

_RAISED = Q(outcome=AdjustmentRow.Outcome.INCREASE)


@dataclass(frozen=True)
class PartSum:
    """A programme's or township's part of the batch; money in fen."""

    code: str
    label: str
    increases: int
    look: int
    unchanged: int
    monthly_fen: int
    back_pay_fen: int


def by_programme(batch: AdjustmentBatch) -> list[PartSum]:
    """In the order of the programmes. One statement."""
    order = list(Programme)
    rows = _summed(batch.rows.values(code=F("programme")))
    sums = [_part(row, Programme(row["code"]).label) for row in rows]
    return sorted(sums, key=lambda one: order.index(Programme(one.code)))


def by_township(batch: AdjustmentBatch) -> list[PartSum]:
    """In the order of the codes. Two statements."""
    rows = list(_summed(batch.rows.annotate(code=Left("region_id", 9)).values("code")))
    codes = [f"{row['code']}000" for row in rows]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return sorted((_part(row, names.get(f"{row['code']}000", "县直")) for row in rows), key=lambda one: one.code)


def _summed(rows: QuerySet[AdjustmentRow, Any]) -> Iterable[dict[str, Any]]:
    summed: Iterable[dict[str, Any]] = rows.order_by().annotate(
        increases=Count("pk", filter=_RAISED),
        look=Count("pk", filter=Q(outcome=AdjustmentRow.Outcome.LOOK)),
        unchanged=Count("pk", filter=Q(outcome=AdjustmentRow.Outcome.UNCHANGED)),
        monthly=Sum(F("after_fen") - F("before_fen"), filter=_RAISED),
        back_pay=Sum("back_pay_fen", filter=_RAISED),
    )
    return summed


def _part(row: dict[str, Any], label: str) -> PartSum:
    number = {name: int(row[name] or 0) for name in ("increases", "look", "unchanged", "monthly", "back_pay")}
    return PartSum(
        str(row["code"]),
        label,
        number["increases"],
        number["look"],
        number["unchanged"],
        number["monthly"],
        number["back_pay"],
    )


# Whoever a person must look at comes first, then what is raised.
_FIRST = {"look": 0, "increase": 1, "unchanged": 2}


def rows(batch: AdjustmentBatch, **narrow: str) -> QuerySet[AdjustmentRow]:
    """Narrowed by `outcome`, `programme`, `township` (9 digits), `name` (part of the payee's)."""
    place = Case(*[When(outcome=code, then=Value(at)) for code, at in _FIRST.items()])
    found = batch.rows.annotate(place=place).select_related("award__payee", "region__parent")
    if outcome := narrow.get("outcome"):
        taken = AdjustmentRow.State.TAKEN_OUT
        found = found.filter(state=taken) if outcome == taken else found.filter(outcome=outcome)
    if programme := narrow.get("programme"):
        found = found.filter(programme=programme)
    if township := narrow.get("township"):
        found = found.filter(region_id__startswith=township)
    if name := narrow.get("name"):
        found = found.filter(award__payee__name__icontains=name)
    return found.order_by("place", "region_id", "award_id")


def back_pay_months(found: Iterable[AdjustmentRow]) -> dict[object, list[AdjustmentStep]]:
    """The back-pay of each of these rows, month by month. One statement."""
    months: dict[object, list[AdjustmentStep]] = {}
    steps = AdjustmentStep.objects.filter(row__in=[row.pk for row in found], kind="back_pay").order_by("month")
    for step in steps:
        months.setdefault(step.row_id, []).append(step)
    return months
