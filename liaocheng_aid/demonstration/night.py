"""Last night in the demonstration county: asked, answered, not answered, and closed, by the real acts.

Only the departments are played: in this process, without a folder or a call, with the files their own code writes.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts import documents, jobs
from accounts.models import Region
from applications import findings_worked, night
from households import consents
from households.models import Consent
from liaocheng_aid.demonstration.registers import held
from liaocheng_aid.demonstration.staff import Staff
from verification import nightly
from verification.asking import ToAsk
from verification.connected import Connected, played
from verification.models import Finding, Run
from verification.sources import registry, tables
from verification.sources.base import Delivered, Question, Source, SourceUnavailable
from verification.sources.simulated import faults
from verification.sources.simulated.faults import Fault
from verification.sources.simulated.truths import Truths

WITHDRAWN_EVERY = 11  # one consent in so many is withdrawn
SLIP = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 140]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>endobj
4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
5 0 obj<</Length 65>>stream
BT /F1 14 Tf 20 80 Td (Receipt, invented for demonstration) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""
# What goes wrong: one source stops after its first answer, one sends half a file, one names somebody not asked about.
FAILING = {"market": Fault(down=True), "transport": Fault(half=True), "tax": Fault(wrong_person="not_asked")}


class Played:
    """One department in this process: what its register holds, and how it fails."""

    def __init__(self, source: Source, truths: Truths, fault: Fault) -> None:
        self.source, self.truths, self.fault = source, truths, fault
        self.answered = 0

    @property
    def longest_seconds(self) -> float:
        """Played in this process: at once."""
        return 0

    def ask(self, question: Question) -> Delivered:
        """Raises SourceUnavailable after the first answer of a source that is down."""
        if self.fault.down and self.answered:
            raise SourceUnavailable(f"{self.source.label}：连接超时")
        self.answered += 1
        known = list(self.truths.answer(self.source, question.people))
        chance = faults.Faults(None).random(self.source.code, str(self.answered))
        reply = faults.reply(self.source, known, self.fault, chance)
        return Delivered(
            name=f"{question.reference}.{self.source.file_format}",
            raw=reply.raw,
            media_type=tables.MEDIA_TYPES[self.source.file_format],
            reference=question.reference,
            sha256=sha256(reply.whole).hexdigest(),
            rows=reply.rows,
        )

    def collect(self) -> Iterator[Delivered]:
        """Nothing comes later: everything is in hand at once."""
        return iter(())

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """Nothing lies anywhere."""


def tell(county: Region, staff: Staff, on: date) -> Run | None:
    """The night before `on`, closed; None where nobody is to be asked about."""
    day = on - timedelta(days=1)
    people = sorted(night.to_ask(county.county_code, day), key=lambda one: one.case_number)
    if not people:
        return None
    _withdraw(people, staff, day)
    with TemporaryDirectory() as folder:
        truths = Path(folder) / "truths.jsonl"
        truths.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held(people)))
        with played(_departments(Truths(truths), size=max(10, len(people) // 2))):
            run = nightly.plan(people, county=county, on=day)
            while jobs.run_waiting():
                pass
            nightly.give_up(run.pk)
    _work(staff, on)
    return run


def _departments(truths: Truths, *, size: int) -> Mapping[str, Connected]:
    """Every source, asked in batches small enough that one of them can stop half way."""
    asked = [dataclasses.replace(one, batch_size=size, quiet_hours=()) for one in registry.sources()]
    return {one.code: Connected(one, Played(one, truths, FAILING.get(one.code, Fault()))) for one in asked}


def _withdraw(people: list[ToAsk], staff: Staff, on: date) -> None:
    """Some of those who signed think better of it: the night does not ask about them."""
    asked = {(one.household_id, one.person_id) for one in people}
    signed = Consent.objects.filter(household__in={one.household_id for one in people}, end=None)
    rows = signed.select_related("person", "household").order_by("person__birth_date", "person__name")
    given = [one for one in rows if (one.household_id, one.person_id) in asked]
    for one in given[::WITHDRAWN_EVERY][1:]:
        clerk = next(office.clerk for office in staff.offices if one.household.region in office.villages)
        consents.end(one, reason="withdrawn", on=on, actor=clerk)


def _work(staff: Staff, on: date) -> None:
    """The clerk has begun: one family has explained itself, one finding did not hold."""
    office = staff.offices[0]
    waiting = Finding.objects.visible_to(office.clerk).open().exclude(kind="death")
    explained, disputed = [*waiting.order_by("case_number", "kind", "said")[:2], None, None][:2]
    if explained:
        paper = documents.store(SLIP, "application/pdf")
        findings_worked.explain(
            explained.pk, note="说是去年已经停了，带来停发回执", evidence=paper, actor=office.clerk, on=on
        )
    if disputed:
        reason, note = next(iter(registry.kinds()[disputed.kind].dispute)), "同名不同人，已核户口簿"
        findings_worked.dispute(disputed.pk, reason=reason, note=note, evidence=None, actor=office.clerk, on=on)
