"""A frozen line as the roster and the bank's file print it."""

from __future__ import annotations

from typing import Any

from eligibility.programmes import Programme
from payments.bankfile import BankHeading, BankRow
from payments.models import PaymentList
from payments.roster import RosterHeading, RosterRow

_AREAS = {"urban": "城市", "rural": "农村"}


def batch(made: PaymentList) -> str:
    """The number of the list outside: county, month, number. A batch is sent once."""
    return f"{made.county_code}{made.month:%Y%m}{made.number:02d}"


def title(made: PaymentList) -> str:
    """2026 年 12 月发放名单 · 第 1 期, with its programme where it has but one."""
    only = f" · {Programme(made.programme).label}" if made.programme else ""
    return f"{made.month.year} 年 {made.month.month} 月发放名单{only} · 第 {made.number} 期"


def category(programme: str, area: str) -> str:
    """农村最低生活保障: the programme, with the standard that binds it."""
    return _AREAS.get(area, "") + Programme(programme).label


def roster_heading(made: PaymentList) -> RosterHeading:
    return RosterHeading(
        title=f"{made.region.name}{title(made).replace('名单', '花名册')}",
        county=made.region.name,
        month=made.month,
        list_number=batch(made),
        list_hash=made.hash,
    )


def roster_row(line: dict[str, Any]) -> RosterRow:
    """Of a line in plaintext, as `hashing.lines` reads it."""
    return RosterRow(
        seq=line["seq"],
        household=line["household_id"],
        township=line["township"],
        village=line["village"],
        name=line["name"],
        id_number=line["id_number"] or "",
        relation=line["relation"],
        bank=line["bank"],
        account=line["account"],
        category=category(line["programme"], line["area"]),
        people=line["people"],
        standard_fen=line["standard_fen"],
        due_fen=line["due_fen"],
        back_pay_fen=line["back_pay_fen"],
        recover_fen=line["recover_fen"],
        net_fen=line["net_fen"],
        month_from=line["month_from"],
        month_to=line["month_to"],
        remark=line["remark"],
    )


def bank_heading(made: PaymentList) -> BankHeading:
    return BankHeading(batch=batch(made), county=made.region.name, month=made.month)


def bank_row(line: dict[str, Any]) -> BankRow:
    """Of a line in plaintext: paid to the holder of the account."""
    return BankRow(
        serial=line["seq"],
        account=line["account"],
        name=line["holder_name"],
        amount_fen=line["net_fen"],
        purpose=f"{Programme(line['programme']).label}{line['month_to']:%Y年%m月}",
    )
