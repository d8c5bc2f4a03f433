"""A standard published late, and the county it touches: what the tests of adjustments begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from accounts import audit, clock
from accounts.models import User
from applications import adjustments
from applications.holidays import calendar
from applications.models import Action, AdjustmentBatch
from eligibility.models import Standard
from payments.models import Award, PaymentLine, PaymentList
from payments.moments import next_month
from tests.applications import walking
from tests.conftest import Clock, superuser, test_database
from tests.making import COUNTY, make_user, region
from tests.payments import stories

DOCUMENT = "试〔2027〕1号"


def publish(value: int, since: date, *, area: str = "rural") -> Standard:
    """莘县's monthly dibao standard, in yuan, from that day on; recorded now."""
    row = Standard(
        region_id=COUNTY,
        area=area,
        programme="dibao",
        measure="standard",
        unit="month",
        value_fen=value * 100,
        effective_from=since,
        document_number=DOCUMENT,
    )
    return audit.seal(row, None, "standard.load", on=clock.today(), region_code=COUNTY)


@contextmanager
def withdrawn_afterwards() -> Iterator[None]:
    """The published figures are the session's: what a test adds is taken away again."""
    try:
        yield
    finally:
        with superuser(test_database()) as connection, connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "WITH gone AS (DELETE FROM eligibility_standard WHERE document_number = %s RETURNING audit_entry_id)"
                " DELETE FROM accounts_auditentry WHERE id IN (SELECT audit_entry_id FROM gone)",
                [DOCUMENT],
            )


@dataclass
class County:
    """Its people, the clock, and the families it pays."""

    staff: walking.Office
    office: stories.Office
    clock: Clock
    awards: list[Award]

    @property
    def preparer(self) -> User:
        return self.office.county

    @property
    def confirmer(self) -> User:
        return self.office.approver

    def pay(self, month: date) -> PaymentList:
        """The list of the month, built in the month itself and gone out."""
        made = stories.build(self.office, month, on=clock.today())
        return stories.release(self.office, made)

    def prepare(self) -> AdjustmentBatch:
        made = adjustments.start(region(COUNTY), actor=self.preparer, on=clock.today())
        stories.run_jobs()
        return AdjustmentBatch.objects.get(pk=made.pk)

    def confirm(self, batch: AdjustmentBatch) -> AdjustmentBatch:
        adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=self.confirmer, on=clock.today())
        stories.run_jobs()
        return AdjustmentBatch.objects.get(pk=batch.pk)


def county(clock_of_test: Clock, families: int = 1, size: int = 2, password: str = "") -> County:
    """Families confirmed by the real steps; paid from the month after on."""
    staff = walking.office()
    matters = [walking.posted(staff, walking.filled(walking.family(size))) for _ in range(families)]
    walking.wait_until(clock_of_test, calendar().confirmation_opens(clock.today()))
    for matter in matters:
        walking.confirm(walking.step(matter, Action.END_NOTICE, staff.clerk), staff.approver)
    return County(staff, stories.Office(password=password), clock_of_test, list(Award.objects.order_by("pk")))


def paid(made: County, months: int) -> list[date]:
    """The first months of everybody paid by lists that went out, and the clock in the last of them."""
    month, found = made.awards[0].first_month, []
    for _ in range(months):
        walking.wait_until(made.clock, month.replace(day=5))
        made.pay(month)
        found.append(month)
        month = next_month(month)
    return found


def everything_paid(award: Award) -> int:
    lines = PaymentLine.objects.filter(award=award).exclude(list__state="cancelled")
    return sum(lines.values_list("net_fen", flat=True))


def other_approver() -> User:
    return make_user("approver", full_name="赵广田")
