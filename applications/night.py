"""Whom a county's night asks about: applicants, the confirmed, and who owes them support (社会救助法 art. 40–42, 62).

Only this floor knows cases, awards and obligors together; it hands the people down to `verification.nightly`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from applications.decisions import UNPAID
from applications.models import State
from eligibility.programmes import Programme
from verification.asking import ToAsk

# From acceptance on: the county starts within three working days of the township's request (57号 art. 17). Until then
# the case may still be declined, and nobody is asked about for it; once it is confirmed its award stands for it, or its
# status where nothing is paid.
CHECKED = (
    State.ACCEPTED,
    State.VISITED,
    State.SURVEYED,
    State.TO_POST,
    State.POSTED,
    State.DISPUTED,
    State.TO_CONFIRM,
)
FETCHED = 2000
# A family holds one of these at a time.
ONE_OF = (Programme.DIBAO, Programme.EDGE, Programme.RIGID)

# One case a household: an open matter before an award, of several the one that began first, so that what was signed
# for it still bears. An award whose stop has come is over, one paid once is over after its month; a suspended one is
# not: the family stays on the books, and the answer is what its resumption waits for. A status that pays nothing is
# looked at again like an award (57号 art. 31): edge until another of the three is confirmed, rigid for a year at most
# (刚性支出困难家庭认定办法). The people are looked up home by home: tables just filled have no statistics yet, and
# joined whole they took 41 s for 20,000 people.
_TO_ASK = """
WITH cases AS (
  SELECT m.household_id, 'applies' AS purpose, m.number, m.programme, p.submitted_on AS since
  FROM applications_matter m JOIN applications_application p ON p.id = m.application_id
  WHERE m.region_id BETWEEN %(first)s AND %(last)s AND m.state = ANY(%(states)s)
  UNION ALL
  SELECT a.household_id, 'receives', a.case_number, a.programme, p.submitted_on
  FROM payments_award a JOIN applications_decision d ON d.id = a.decision_id
    JOIN applications_matter m ON m.id = d.matter_id JOIN applications_application p ON p.id = m.application_id
  WHERE NOT %(applying)s AND a.region_id BETWEEN %(first)s AND %(last)s
    AND (NOT a.is_once OR a.first_month >= %(month)s) AND NOT EXISTS (
    SELECT 1 FROM payments_ledgerentry e
    WHERE e.award_id = a.id AND e.kind = 'stop' AND e.from_month <= greatest(a.first_month, %(month)s))
  UNION ALL
  SELECT m.household_id, 'receives', m.number, m.programme, p.submitted_on
  FROM applications_matter m JOIN applications_decision d ON d.matter_id = m.id AND d.outcome = 'confirmed'
    JOIN applications_application p ON p.id = m.application_id
  WHERE NOT %(applying)s AND m.region_id BETWEEN %(first)s AND %(last)s AND m.state = 'confirmed'
    AND m.programme = ANY(%(unpaid)s)
    AND (m.programme <> 'rigid' OR d.decided_on > %(on)s::date - interval '1 year') AND NOT EXISTS (
    SELECT 1 FROM applications_matter n JOIN applications_decision f ON f.matter_id = n.id AND f.outcome = 'confirmed'
    WHERE n.household_id = m.household_id AND n.programme = ANY(%(one_of)s)
      AND (f.decided_on, f.decided_at) > (d.decided_on, d.decided_at))
), chosen AS (
  SELECT DISTINCT ON (household_id) * FROM cases ORDER BY household_id, purpose, since, number
)
SELECT w.person_id, c.household_id, w.role, c.purpose, c.number, c.programme, c.since
FROM chosen c CROSS JOIN LATERAL (
  SELECT m.person_id, 'member' AS role, m.position::integer AS place FROM households_membership m
  WHERE m.household_id = c.household_id AND m.left_on IS NULL
  UNION ALL
  SELECT o.obligor_id, 'obligor', 100000 FROM households_obligation o
  WHERE o.household_id = c.household_id AND o.ends_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM households_membership h
    WHERE h.household_id = o.household_id AND h.person_id = o.obligor_id AND h.left_on IS NULL)
) w JOIN households_person n ON n.id = w.person_id
WHERE n.died_on IS NULL ORDER BY c.household_id, w.place, w.person_id"""


def to_ask(place: str, on: date, *, applying: bool = False) -> Iterator[ToAsk]:
    """Everybody to be asked about that night, once a household; of the dead nobody is asked. One statement.

    `place` is a county's code, or any region's prefix; `applying` leaves out who is only confirmed. Households come one
    after the other, each whole: its members by position, then its obligors. Rows are fetched as they are taken;
    whoever reads only some closes the iterator.
    """
    given: dict[str, Any] = {
        "first": place.ljust(12, "0"),
        "last": place.ljust(12, "9"),
        "states": [state.value for state in CHECKED],
        "on": on,
        "month": on.replace(day=1),
        "unpaid": [one.value for one in UNPAID],
        "one_of": [one.value for one in ONE_OF],
        "applying": applying,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TO_ASK, given)
        while rows := cursor.fetchmany(FETCHED):
            yield from (ToAsk(*row) for row in rows)
