"""Which awards a standard in force touches: those judged before it was known, and since which day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

# An award was judged by its decision, or by the last batch that raised it or found it unchanged. A figure touches it
# that begins after that day, or was recorded after that moment (published late). Who must be looked at, or was taken
# out, is touched until a batch settles it; `known` leaves out those a batch has named since.
_TOUCHED = """
    WITH figure AS (
      SELECT s.region_id, s.area, s.effective_from, e.at FROM eligibility_standard s
      JOIN accounts_auditentry e ON e.id = s.audit_entry_id WHERE s.effective_from <= %(on)s
      UNION ALL
      SELECT w.region_id, '', w.effective_from, e.at FROM eligibility_minimumwage w
      JOIN accounts_auditentry e ON e.id = w.audit_entry_id WHERE w.effective_from <= %(on)s
      UNION ALL
      SELECT l.region_id, l.area, l.effective_from, e.at FROM eligibility_localsetting l
      JOIN accounts_auditentry e ON e.id = l.audit_entry_id WHERE l.effective_from <= %(on)s
    ), judged AS (
      SELECT a.id, a.region_id, a.area,
             greatest(coalesce(g.as_of, a.awarded_on), b.as_of) AS as_of,
             greatest(coalesce(g.made_at, e.at), b.started_at) AS at, n.started_at AS named_at, n.as_of AS named_on
      FROM payments_award a
      JOIN accounts_auditentry e ON e.id = a.audit_entry_id
      LEFT JOIN applications_decision d ON d.id = a.decision_id
      LEFT JOIN eligibility_assessment g ON g.id = d.assessment_id
      LEFT JOIN LATERAL (
        SELECT max(t.as_of) AS as_of, max(t.started_at) AS started_at
        FROM applications_adjustmentrow r JOIN applications_adjustmentbatch t ON t.id = r.batch_id
        WHERE r.award_id = a.id AND t.state = 'done' AND (r.outcome = 'unchanged' OR r.state = 'done')) AS b ON true
      LEFT JOIN LATERAL (
        SELECT max(t.as_of) AS as_of, max(t.started_at) AS started_at
        FROM applications_adjustmentrow r JOIN applications_adjustmentbatch t ON t.id = r.batch_id
        WHERE r.award_id = a.id AND t.state IN ('prepared', 'confirmed', 'done')) AS n ON true
      WHERE a.county_code = %(county)s AND NOT a.is_once
    )
    SELECT j.id, min(f.effective_from) FROM judged j JOIN figure f
      ON f.area IN ('', j.area)
      AND f.region_id IN (rpad(left(j.region_id, 2), 12, '0'), rpad(left(j.region_id, 4), 12, '0'),
                          rpad(left(j.region_id, 6), 12, '0'), rpad(left(j.region_id, 9), 12, '0'), j.region_id)
      AND (f.effective_from > j.as_of OR f.at > j.at)
      AND (NOT %(fresh)s OR j.named_at IS NULL OR f.effective_from > j.named_on OR f.at > j.named_at)
    GROUP BY j.id"""


def touched(county_code: str, on: date) -> list[tuple[UUID, date]]:
    """The awards of the county (6 digits) and the day the earliest figure that touches each began, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_TOUCHED} ORDER BY j.id", _given(county_code, on, fresh=False))
        return list(cursor.fetchall())


def pending(county_code: str, on: date) -> int:
    """How many touched awards no batch has named yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_TOUCHED}) AS fresh", _given(county_code, on, fresh=True))  # noqa: S608
        return int(cursor.fetchone()[0])


def _given(county_code: str, on: date, *, fresh: bool) -> dict[str, Any]:
    return {"county": county_code, "on": on, "fresh": fresh}
