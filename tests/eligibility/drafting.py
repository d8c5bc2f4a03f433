"""A county's drafter and its approver, and proposals they pass: what the tests of one act begin with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from eligibility import scans, standard_drafts
from eligibility.models import StandardDraft
from eligibility.proposals import Proposal
from tests.making import COUNTY, make_user

ON = date(2026, 11, 16)
PDF = b"%PDF-1.4\n% a paper\n%%EOF\n"
RAISED = Proposal(
    region_code=COUNTY,
    kind="figure",
    programme="dibao",
    measure="standard",
    area="rural",
    value=Decimal("800.00"),
    effective_from=date(2027, 1, 1),
    document_number="聊民〔2026〕12号",
)
EDGE = Proposal(
    region_code=COUNTY,
    kind="setting",
    measure="edge_multiple",
    value=Decimal("1.8"),
    effective_from=date(2026, 11, 1),
    document_number="莘民〔2026〕3号",
)


@dataclass
class Desk:
    """Who drafts and who decides in one county."""

    code: str = COUNTY
    drafter: User = field(init=False)
    approver: User = field(init=False)

    def __post_init__(self) -> None:
        self.drafter, self.approver = make_user("county", self.code), make_user("approver", self.code)

    def draft(self, proposal: Proposal = RAISED, *, scan: bytes | None = PDF, **changed: Any) -> StandardDraft:
        made = replace(proposal, **{"region_code": self.code, **changed})
        return standard_drafts.draft(
            made, key=uuid.uuid4(), scan=None if scan is None else scans.keep(scan), actor=self.drafter, on=ON
        )

    def enforced(self, proposal: Proposal = RAISED, **changed: Any) -> StandardDraft:
        return standard_drafts.enforce(self.draft(proposal, **changed).pk, actor=self.approver, on=ON)
