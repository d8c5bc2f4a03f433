"""What may have changed under a list since it was built: a death, a hold, a decision of the ledger."""

from __future__ import annotations

# ruff: noqa: S608  (the only text put in is the ledger's own fragment)
from dataclasses import dataclass

from django.db import connection

from accounts.errors import WrongState
from households.masking import mask_name
from payments.ledger import IN_FORCE
from payments.models import PaymentList

# Both go line by line on the lines' own index, whatever the planner believes of a list it has no statistics of yet.
# Lines that would not be paid if the list were built now.
_STOPPED = """
    SELECT l.seq, l.name FROM payments_paymentline l
    WHERE l.list_id = %(list)s AND EXISTS (
      SELECT 1 FROM (
        SELECT l.payee_id AS person_id UNION SELECT s.person_id FROM payments_paymentslot s WHERE s.line_id = l.id
      ) AS c JOIN households_person p ON p.id = c.person_id
      WHERE p.died_on IS NOT NULL OR EXISTS (
        SELECT 1 FROM payments_hold h WHERE h.person_id = p.id AND h.cleared_at IS NULL))
    ORDER BY l.seq"""

# Lines that pay another sum than the ledger says today for the months they take: Σ lines = Σ ledger, line by line.
# Of a back-pay its own amount, or nothing where the month is not due any more.
_ANOTHER_SUM = f"""
    SELECT l.seq, l.name FROM payments_paymentline l
    WHERE l.list_id = %(list)s AND l.net_fen IS DISTINCT FROM (
      SELECT sum(CASE WHEN m.entry_id IS NULL OR m.in_force = 0 THEN m.in_force ELSE e.amount_fen END)
      FROM (SELECT s.*, {IN_FORCE.format(award="l.award_id", month="s.period")} AS in_force
            FROM (SELECT DISTINCT period, entry_id FROM payments_paymentslot WHERE line_id = l.id) AS s) AS m
      LEFT JOIN payments_ledgerentry e ON e.id = m.entry_id)
    ORDER BY l.seq"""

NAMED = 3


@dataclass(frozen=True)
class Doubts:
    """How many lines stand in doubt, and whose the first are (masked)."""

    stopped: tuple[str, ...]
    stopped_count: int
    another_sum: tuple[str, ...]
    another_sum_count: int

    def __bool__(self) -> bool:
        return bool(self.stopped_count or self.another_sum_count)


def about(made: PaymentList) -> Doubts:
    """Two statements, whatever the length of the list."""
    return Doubts(*_first(_STOPPED, made), *_first(_ANOTHER_SUM, made))


def _first(statement: str, made: PaymentList) -> tuple[tuple[str, ...], int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"list": made.pk})
        rows = cursor.fetchall()
    return tuple(f"第 {seq} 行{mask_name(name)}" for seq, name in rows[:NAMED]), len(rows)


def refuse(made: PaymentList) -> None:
    """Raises WrongState naming how many and whom; what to do is to cancel and build again."""
    found = about(made)
    if found.stopped_count:
        raise WrongState(_sentence(found.stopped, found.stopped_count, "有死亡登记或暂停"))
    if found.another_sum_count:
        raise WrongState(_sentence(found.another_sum, found.another_sum_count, "的金额已变动"))


def _sentence(named: tuple[str, ...], count: int, what: str) -> str:
    more = f"等 {count} 户" if count > len(named) else ""
    return f"{'、'.join(named)}{more}{what}，作废后重新生成"
