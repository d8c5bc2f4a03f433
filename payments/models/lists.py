"""The monthly list, its frozen lines, the slots they take, who is due but not payable, and the files exported."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7
from accounts.models import AuditEntry, Job, Region, StoredDocument, User
from accounts.roles import Permission
from households.models import Household, Person
from payments.models.awards import Award, LedgerEntry, Slot


class PaymentListQuerySet(models.QuerySet["PaymentList"]):
    def visible_to(self, user: User | AnonymousUser) -> PaymentListQuerySet:
        return self.filter(reach(user, Permission.VIEW_LIST))


def _apart(one: str, other: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)}),
        name=f"list_{one[:-3]}_not_{other[:-3]}",
    )


class PaymentList(models.Model):
    """A county's payment list of a month: built, checked, approved and released by four different people."""

    class State(models.TextChoices):
        BUILDING = "building", "生成中"
        BUILT = "built", "待复核"
        CHECKED = "checked", "待冻结"
        LOCKED = "locked", "待批准"
        APPROVED = "approved", "待放款"
        RELEASED = "released", "待导出"
        EXPORTED = "exported", "已导出"
        CANCELLED = "cancelled", "已作废"

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6)
    month = models.DateField("发放月")
    programme = models.CharField("项目", max_length=20, blank=True)
    number = models.SmallIntegerField("期次")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.BUILDING)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    lines_count = models.IntegerField(default=0)
    people_count = models.IntegerField(default=0)
    exceptions_count = models.IntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    # The digest of every line, in order: what names the line that was altered, where the hash only says that one was.
    manifest = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    built_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    built_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField("作废原因", max_length=200, blank=True)
    audit_entry = models.ForeignKey(AuditEntry, models.PROTECT, null=True, related_name="+")

    objects = PaymentListQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-month", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["county_code", "month", "number"], name="list_one_a_number"),
            models.UniqueConstraint(
                fields=["county_code", "month"],
                condition=Q(state__in=["building", "built", "checked"]),
                name="list_one_open_a_month",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="list_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(state__in=["building", "built", "checked", "cancelled"])
                | Q(locked_at__isnull=False, hash__regex="^[0-9a-f]{64}$"),
                name="list_locked_is_hashed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["checked", "locked", "approved", "released", "exported"])
                | Q(checked_by__isnull=False),
                name="list_checked_has_its_checker",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "released", "exported"]) | Q(approved_by__isnull=False),
                name="list_approved_has_its_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "exported"]) | Q(released_by__isnull=False),
                name="list_released_has_its_releaser",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled")
                | (Q(cancelled_by__isnull=False, cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="list_cancelled_says_why",
            ),
            _apart("built_by", "checked_by"),
            _apart("built_by", "approved_by"),
            _apart("built_by", "released_by"),
            _apart("checked_by", "approved_by"),
            _apart("checked_by", "released_by"),
            _apart("approved_by", "released_by"),
        ]

    def __str__(self) -> str:
        return f"{self.county_code} {self.month:%Y-%m} #{self.number}"


OPEN_STATES = (PaymentList.State.BUILDING, PaymentList.State.BUILT, PaymentList.State.CHECKED)


class PaymentLine(models.Model):
    """One payee on one list: a frozen copy of everything that is paid and shown. After the lock nothing changes."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(PaymentList, models.PROTECT, related_name="lines")
    county_code = models.CharField(max_length=6)
    seq = models.IntegerField("序号")
    award = models.ForeignKey(Award, models.PROTECT, related_name="lines")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region_code = models.CharField(max_length=12)
    township = models.CharField("乡镇", max_length=60)
    village = models.CharField("村", max_length=60)
    name = models.CharField("姓名", max_length=50)
    id_number = EncryptedTextField("身份证号", domain="id_number", null=True)
    relation = models.CharField("与户主关系", max_length=12)
    bank = models.CharField("开户行", max_length=60)
    account = EncryptedTextField("账号", domain="account")
    holder_name = models.CharField("户名", max_length=50)
    programme = models.CharField("类别", max_length=20)
    area = models.CharField("城乡", max_length=5)
    people = models.SmallIntegerField("户保障人数")
    standard_fen = models.BigIntegerField("标准", null=True)
    due_fen = models.BigIntegerField("本月应发")
    back_pay_fen = models.BigIntegerField("补发", default=0)
    recover_fen = models.BigIntegerField("扣发", default=0)
    net_fen = models.BigIntegerField("实发")
    month_from = models.DateField("起")
    month_to = models.DateField("止")
    remark = models.CharField("备注", max_length=100, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["list_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["list", "seq"], name="line_one_a_number"),
            models.UniqueConstraint(fields=["list", "award"], name="line_one_an_award"),
            models.CheckConstraint(
                condition=Q(net_fen=F("due_fen") + F("back_pay_fen") - F("recover_fen")), name="line_adds_up"
            ),
            models.CheckConstraint(condition=Q(net_fen__gt=0), name="line_pays_something"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class PaymentSlot(models.Model):
    """A month a person is paid for, taken by one line. Its constraints are the guard against paying twice.

    A back-pay is keyed by its ledger entry, not by its month: a month may be raised twice, and each is paid once.
    """

    class Kind(models.TextChoices):
        REGULAR = "regular", "按月"
        ONCE = "once", "一次性"
        BACK_PAY = "back_pay", "补差"

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(PaymentList, models.PROTECT, related_name="slots", db_index=False)
    line = models.ForeignKey(PaymentLine, models.PROTECT, related_name="slots")
    award = models.ForeignKey(Award, models.PROTECT, related_name="slots", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="slots", db_index=False)
    slot = models.CharField(max_length=8, choices=Slot.choices, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    period = models.DateField()
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, null=True, related_name="slots", db_index=False)
    county_code = models.CharField(max_length=6)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "slot", "period"], condition=Q(kind="regular"), name="slot_one_payment_a_month"
            ),
            models.UniqueConstraint(
                fields=["entry", "person", "slot"], condition=Q(kind="back_pay"), name="slot_one_payment_a_back_pay"
            ),
            # Whoever it covers: a back-pay is paid by one line.
            ExclusionConstraint(
                name="slot_one_line_a_back_pay",
                expressions=[("entry", RangeOperators.EQUAL), ("line", RangeOperators.NOT_EQUAL)],
                condition=Q(kind="back_pay"),
            ),
            models.CheckConstraint(
                condition=Q(kind="back_pay", entry__isnull=False) | (~Q(kind="back_pay") & Q(entry=None)),
                name="slot_back_pay_has_its_entry",
            ),
            models.UniqueConstraint(fields=["award"], condition=Q(kind="once"), name="slot_once_is_once"),
            models.CheckConstraint(condition=Q(kind="once") | Q(period__day=1), name="slot_is_of_a_month"),
        ]
        # Which months an award was paid for: the build subtracts them from those due.
        indexes = [models.Index(fields=["award", "period"], condition=Q(kind="regular"), name="slot_by_award")]

    def __str__(self) -> str:
        return f"{self.slot} {self.period}"


class PaymentException(models.Model):
    """Somebody due but not payable: a reason, and somebody who clears it. Nobody is skipped silently."""

    class Reason(models.TextChoices):
        NO_ACCOUNT = "no_account", "没有收款账户"
        DEATH = "death", "已报死亡"
        HOLD = "hold", "暂停发放待核"
        TAKEN = "taken", "当月已在别处发放"

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(PaymentList, models.PROTECT, related_name="exceptions")
    award = models.ForeignKey(Award, models.PROTECT, related_name="exceptions")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    detail = models.CharField("说明", max_length=200, blank=True)
    due_fen = models.BigIntegerField("应发")
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField("处理", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["list_id", "reason", "id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "award"], name="exception_one_an_award"),
        ]

    def __str__(self) -> str:
        return self.reason


class ExportFile(models.Model):
    """A file made from a released list: the intent is written before the file, the content's hash after it."""

    class Kind(models.TextChoices):
        ROSTER = "roster", "发放花名册"
        BANK = "bank", "银行代发文件"

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(PaymentList, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    filename = models.CharField(max_length=100, blank=True)
    lines_count = models.IntegerField(null=True)
    total_fen = models.BigIntegerField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["requested_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "kind"], name="export_one_file_a_kind"),
        ]

    def __str__(self) -> str:
        return self.kind
