"""What the ledger says of many awards' months at once: in one statement each, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from payments.ledger import IN_FORCE

# ruff: noqa: S608  (the only text put in is the ledger's own fragment)
_WORTH = f"""
    SELECT a.id, m.month, {IN_FORCE.format(award="a.id", month="m.month")}, (
      SELECT coalesce(sum(b.amount_fen), 0)::bigint FROM payments_ledgerentry b
      WHERE b.award_id = a.id AND b.kind = 'back_pay' AND b.from_month = m.month)
    FROM unnest(%(awards)s::uuid[]) AS a(id) CROSS JOIN unnest(%(months)s::date[]) AS m(month)"""

_SETTLED = """
    SELECT a.id, greatest(
      (SELECT max(s.period) FROM payments_paymentslot s WHERE s.award_id = a.id AND s.kind = 'regular'),
      (SELECT max(b.from_month) FROM payments_ledgerentry b WHERE b.award_id = a.id AND b.kind = 'back_pay'))
    FROM unnest(%(awards)s::uuid[]) AS a(id)"""


@dataclass(frozen=True)
class Worth:
    """One month of an award, in fen: its amount in force, and the back-pay given for it."""

    in_force_fen: int
    back_pay_fen: int

    @property
    def total_fen(self) -> int:
        return self.in_force_fen + self.back_pay_fen if self.in_force_fen else 0


def worth(awards: Sequence[UUID], months: Sequence[date]) -> dict[tuple[UUID, date], Worth]:
    """Every month given of every award given."""
    with connection.cursor() as cursor:
        cursor.execute(_WORTH, {"awards": [str(pk) for pk in awards], "months": list(months)})
        return {(pk, month): Worth(int(now), int(back)) for pk, month, now, back in cursor.fetchall()}


def settled(awards: Sequence[UUID]) -> dict[UUID, date | None]:
    """As `ledger.settled_month`, of every award given."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"awards": [str(pk) for pk in awards]})
        return dict(cursor.fetchall())
