"""The build as sets: which months of which awards are due and unpaid, who is paid by them, and what stands against it.

Each statement takes the named parameters of `building.parameters`. The plan lies in temporary tables that go with the
transaction: later statements read what the first one saw, whatever is committed meanwhile.
"""

# ruff: noqa: S608  (the only text put in is the ledger's own fragment)

from __future__ import annotations

from payments.ledger import IN_FORCE

# Months from the award's first to the list's, minus those this award was paid for: whoever was held or missed before is
# caught up without anybody remembering it. What is paid once, and each back-pay, is due until it has been paid; a
# back-pay not where a later decision says that nothing was due in its month.
_DUE = f"""
    WITH considered AS MATERIALIZED (
      SELECT a.id, a.first_month, a.is_once FROM payments_award a
      WHERE a.county_code = %(county)s AND a.first_month <= %(month)s
        AND a.region_id BETWEEN %(first_region)s AND %(last_region)s
        AND (%(programme)s = '' OR a.programme = %(programme)s)
        AND NOT EXISTS (SELECT 1 FROM payments_paymentexception x WHERE x.list_id = %(list)s AND x.award_id = a.id)
        AND (NOT %(fresh_only)s OR NOT EXISTS (
          SELECT 1 FROM payments_paymentline l WHERE l.list_id = %(list)s AND l.award_id = a.id))
    ), unpaid AS (
      SELECT a.id AS award_id, m.month, false AS is_once, NULL::uuid AS entry_id, 0::bigint AS back_fen
      FROM considered a CROSS JOIN LATERAL (
        SELECT generate_series(a.first_month::timestamp, %(month)s::timestamp, '1 month')::date AS month
        EXCEPT SELECT s.period FROM payments_paymentslot s WHERE s.award_id = a.id AND s.kind = 'regular'
      ) m WHERE NOT a.is_once
      UNION ALL
      SELECT a.id, %(month)s::date, true, NULL, 0 FROM considered a
      WHERE a.is_once AND NOT EXISTS (
        SELECT 1 FROM payments_paymentslot s WHERE s.award_id = a.id AND s.kind = 'once')
      UNION ALL
      SELECT e.award_id, e.from_month, false, e.id, e.amount_fen
      FROM considered a JOIN payments_ledgerentry e ON e.award_id = a.id AND e.kind = 'back_pay'
      WHERE e.from_month <= %(month)s AND NOT EXISTS (
        SELECT 1 FROM payments_paymentslot s WHERE s.entry_id = e.id AND s.kind = 'back_pay')
    ), priced AS (
      SELECT u.*, {IN_FORCE.format(award="u.award_id", month="u.month")} AS in_force FROM unpaid u
    )
    SELECT award_id, month, is_once, entry_id, CASE WHEN entry_id IS NULL THEN in_force ELSE back_fen END AS fen
    FROM priced WHERE in_force > 0"""

PLAN_MONTHS = f"CREATE TEMP TABLE plan_month ON COMMIT DROP AS {_DUE}"

# Awards with a due month that this list neither pays nor names: there must be none (reliability R-22).
UNLISTED = f"SELECT count(DISTINCT award_id) FROM ({_DUE}) AS missing"

PLAN_PEOPLE = """
    CREATE TEMP TABLE plan_person ON COMMIT DROP AS
    SELECT p.award_id, p.month, c.person_id, c.slot, false AS is_once, p.entry_id
    FROM plan_month p JOIN payments_awardcover c ON c.award_id = p.award_id
      AND c.starts_on <= p.month AND (c.ends_on IS NULL OR c.ends_on > p.month)
    WHERE NOT p.is_once
    UNION ALL
    SELECT p.award_id, p.month, a.payee_id, '', true, NULL
    FROM plan_month p JOIN payments_award a ON a.id = p.award_id WHERE p.is_once"""

# A month that would be paid without anybody holding a slot for it could be paid twice.
UNCOVERED = """
    SELECT count(*) FROM plan_month p
    WHERE NOT EXISTS (SELECT 1 FROM plan_person q WHERE q.award_id = p.award_id AND q.month = p.month)"""

ANALYZE = "ANALYZE plan_month; ANALYZE plan_person"
ANALYZE_AWARDS = "ANALYZE plan_award"

# One row an award; `reason` is the gravest of what stands against paying it, NULL where nothing does.
PLAN_AWARDS = """
    CREATE TEMP TABLE plan_award ON COMMIT DROP AS
    WITH sums AS (
      SELECT award_id, coalesce(sum(fen) FILTER (WHERE month = %(month)s AND entry_id IS NULL), 0) AS due_fen,
             coalesce(sum(fen) FILTER (WHERE month < %(month)s OR entry_id IS NOT NULL), 0) AS back_pay_fen,
             min(month) AS month_from, max(month) AS month_to,
             min(month) FILTER (WHERE entry_id IS NOT NULL) AS raised_from,
             max(month) FILTER (WHERE entry_id IS NOT NULL) AS raised_to,
             sum(fen) FILTER (WHERE entry_id IS NOT NULL) AS raised_fen
      FROM plan_month GROUP BY award_id
    ), covered AS (
      SELECT award_id, count(DISTINCT person_id) AS people FROM plan_person WHERE NOT is_once GROUP BY award_id
    ), concerned AS (
      SELECT award_id, person_id FROM plan_person
      UNION SELECT s.award_id, a.payee_id FROM sums s JOIN payments_award a ON a.id = s.award_id
    ), against AS (
      SELECT c.award_id, 1 AS grave, 'death' AS reason, c.person_id,
             to_char(p.died_on, 'YYYY-MM-DD') || ' 死亡登记' AS detail
      FROM concerned c JOIN households_person p ON p.id = c.person_id WHERE p.died_on IS NOT NULL
      UNION ALL
      SELECT c.award_id, 2, 'hold', c.person_id,
             concat_ws('：', to_char(h.from_day, 'YYYY-MM-DD') || ' ' || (%(hold_words)s::jsonb ->> h.reason),
                       nullif(h.note, ''))
      FROM concerned c JOIN payments_hold h ON h.person_id = c.person_id AND h.cleared_at IS NULL
      UNION ALL
      SELECT s.award_id, 3, 'no_account', a.payee_id, '领款人没有启用的收款账户'
      FROM sums s JOIN payments_award a ON a.id = s.award_id
      WHERE NOT EXISTS (
        SELECT 1 FROM payments_payeeaccount n WHERE n.person_id = a.payee_id AND n.closed_on IS NULL)
      UNION ALL
      SELECT q.award_id, 4, 'taken', q.person_id,
             r.name || ' ' || to_char(l.month, 'YYYY-MM') || ' 第 ' || l.number || ' 期名单已发 '
             || to_char(q.month, 'YYYY-MM')
      FROM plan_person q
      JOIN payments_paymentslot t ON t.kind = 'regular' AND t.person_id = q.person_id AND t.slot = q.slot
        AND t.period = q.month
      JOIN payments_paymentlist l ON l.id = t.list_id JOIN accounts_region r ON r.code = l.region_id
      WHERE NOT q.is_once AND (q.entry_id IS NULL OR t.award_id <> q.award_id)
    ), gravest AS (
      SELECT DISTINCT ON (award_id) * FROM against ORDER BY award_id, grave, person_id, detail
    )
    SELECT s.*, gen_random_uuid() AS line_id, coalesce(v.people, a.people) AS people,
           g.reason, g.person_id, left(g.detail, 200) AS detail
    FROM sums s JOIN payments_award a ON a.id = s.award_id
    LEFT JOIN covered v ON v.award_id = s.award_id LEFT JOIN gravest g ON g.award_id = s.award_id"""

# The standard the award is paid by in the list's month: that of its last adjustment, else the one it began with.
_STANDARD = """coalesce((
    SELECT e.standard_fen FROM payments_ledgerentry e
    WHERE e.award_id = a.id AND e.from_month <= %(month)s AND e.kind = 'change' AND e.standard_fen IS NOT NULL
    ORDER BY e.seq DESC LIMIT 1), a.standard_fen)"""

# The numbers of identity cards and accounts are copied as they lie, under the same domain: nothing is decrypted.
LINES = f"""
    INSERT INTO payments_paymentline (
      id, list_id, county_code, seq, award_id, household_id, payee_id, region_code, township, village, name, id_number,
      relation, bank, account, holder_name, programme, area, people, standard_fen, due_fen, back_pay_fen, recover_fen,
      net_fen, month_from, month_to, remark)
    SELECT p.line_id, %(list)s, a.county_code,
           %(after)s + row_number() OVER (ORDER BY a.region_id, n.name COLLATE "C", a.id),
           a.id, a.household_id, a.payee_id, a.region_id, coalesce(t.name, ''),
           CASE WHEN v.level = 'village' THEN v.name ELSE '' END, n.name, n.id_number,
           coalesce(%(relation_words)s::jsonb ->> m.relation, ''), k.bank, k.number, k.holder_name, a.programme, a.area,
           p.people, {_STANDARD}, p.due_fen, p.back_pay_fen, 0, p.due_fen + p.back_pay_fen, p.month_from, p.month_to,
           left(concat_ws('；', CASE WHEN k.holder_name <> n.name THEN '户名 ' || k.holder_name END,
             '补差 ' || to_char(p.raised_from, 'YYYY-MM')
             || CASE WHEN p.raised_to > p.raised_from THEN ' 至 ' || to_char(p.raised_to, 'YYYY-MM') ELSE '' END
             || ' 共 ' || to_char(p.raised_fen / 100.0, 'FM999999990.00') || ' 元'), 100)
    FROM plan_award p
    JOIN payments_award a ON a.id = p.award_id
    JOIN households_person n ON n.id = a.payee_id
    JOIN payments_payeeaccount k ON k.person_id = a.payee_id AND k.closed_on IS NULL
    JOIN accounts_region v ON v.code = a.region_id
    LEFT JOIN accounts_region t ON t.code = rpad(left(a.region_id, 9), 12, '0') AND t.level = 'township'
    LEFT JOIN households_membership m ON m.person_id = a.payee_id AND m.household_id = a.household_id
      AND m.left_on IS NULL
    WHERE p.reason IS NULL"""

# In the order of people: two builds that meet at a person wait for each other, and never in a ring.
SLOTS = """
    INSERT INTO payments_paymentslot (list_id, line_id, award_id, person_id, slot, kind, period, county_code, entry_id)
    SELECT %(list)s, p.line_id, q.award_id, q.person_id, q.slot,
           CASE WHEN q.is_once THEN 'once' WHEN q.entry_id IS NOT NULL THEN 'back_pay' ELSE 'regular' END,
           q.month, %(county)s, q.entry_id
    FROM plan_person q JOIN plan_award p ON p.award_id = q.award_id WHERE p.reason IS NULL
    ORDER BY q.person_id, q.slot, q.month, q.entry_id"""

EXCEPTIONS = """
    INSERT INTO payments_paymentexception (
      id, list_id, award_id, person_id, reason, detail, due_fen, acknowledged_by_id, acknowledged_at, note)
    SELECT gen_random_uuid(), %(list)s, p.award_id, p.person_id, p.reason, p.detail, p.due_fen + p.back_pay_fen,
           NULL, NULL, '' FROM plan_award p WHERE p.reason IS NOT NULL"""

PLANNED = "SELECT count(*), count(*) FILTER (WHERE reason IS NULL) FROM plan_award"

FORGET = "DROP TABLE plan_month, plan_person, plan_award"

# Where the county's awards are, township by township, and how many each: the pieces of the build.
PIECES = """
    SELECT left(region_id, 9) AS township, count(*) FROM payments_award
    WHERE county_code = %(county)s AND first_month <= %(month)s AND (%(programme)s = '' OR programme = %(programme)s)
    GROUP BY 1 ORDER BY 1"""

TOTALS = """
    SELECT count(*), coalesce(sum(people), 0), coalesce(sum(net_fen), 0),
           (SELECT count(*) FROM payments_paymentexception WHERE list_id = %(list)s)
    FROM payments_paymentline WHERE list_id = %(list)s"""
