"""A standard takes effect: the awards it touches and their changed amounts, as one batch of a county to confirm."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from accounts.access import reach
from accounts.ids import uuid7
from accounts.models import AuditEntry, Job, Region, User
from accounts.roles import Permission
from eligibility.models import Assessment
from eligibility.programmes import Programme
from payments.models import Award, LedgerEntry


class AdjustmentBatchQuerySet(models.QuerySet["AdjustmentBatch"]):
    def visible_to(self, user: User | AnonymousUser) -> AdjustmentBatchQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class AdjustmentBatch(models.Model):
    """What new standards change in a county: prepared by one person (or the night), confirmed by another."""

    class State(models.TextChoices):
        PREPARING = "preparing", "准备中"
        PREPARED = "prepared", "待确认"
        CONFIRMED = "confirmed", "办理中"
        DONE = "done", "已办结"
        REPLACED = "replaced", "已被新批次替代"

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PREPARING)
    as_of = models.DateField("测算日")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Before anything was read: a standard or a fact recorded later is the next batch's.
    started_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    increases_count = models.IntegerField("增加", default=0)
    unchanged_count = models.IntegerField("不变", default=0)
    look_count = models.IntegerField("待人工处理", default=0)
    monthly_fen = models.BigIntegerField("每月增加", default=0)
    back_pay_fen = models.BigIntegerField("补发合计", default=0)
    hash = models.CharField(max_length=64, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    done_count = models.IntegerField("已办", default=0)
    audit_entry = models.ForeignKey(AuditEntry, models.PROTECT, null=True, related_name="+")

    objects = AdjustmentBatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county_code"],
                condition=Q(state__in=["preparing", "prepared", "confirmed"]),
                name="adjustment_one_open_a_county",
                violation_error_message="本县已有一批调整在办",
            ),
            models.CheckConstraint(
                condition=Q(prepared_by__isnull=True)
                | Q(confirmed_by__isnull=True)
                | ~Q(prepared_by=F("confirmed_by")),
                name="adjustment_prepared_not_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "done"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, hash__regex="^[0-9a-f]{64}$"),
                name="adjustment_confirmed_has_its_confirmer",
            ),
            models.CheckConstraint(
                condition=Q(monthly_fen__gte=0, back_pay_fen__gte=0), name="adjustment_lowers_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county_code} {self.as_of}"


class AdjustmentRow(models.Model):
    """One award in a batch: raised, unchanged, or for a person to look at. The record a notice is printed from."""

    class Outcome(models.TextChoices):
        INCREASE = "increase", "增加"
        UNCHANGED = "unchanged", "不变"
        LOOK = "look", "待人工处理"

    class Reason(models.TextChoices):
        """Why a person must look: nothing of these is changed by a batch (社会救助法 art. 48: hear first)."""

        LOWER = "lower", "测算低于现发金额"
        INELIGIBLE = "ineligible", "测算不再符合"
        UNDETERMINED = "undetermined", "有条件尚需认定"
        INCOMPLETE = "incomplete", "资料不全"
        CHANGED = "changed", "家庭情况有变"
        HELD = "held", "暂停发放待核"
        SUSPENDED = "suspended", "已暂停"
        STOPPED = "stopped", "已停发"
        LATER = "later", "已有以后月份的决定"
        NO_GROUND = "no_ground", "没有留存测算"

    class State(models.TextChoices):
        LISTED = "listed", "列出"
        WAITING = "waiting", "待办"
        DONE = "done", "已调整"
        TAKEN_OUT = "taken_out", "已移出"

    id = models.UUIDField(primary_key=True, default=uuid7)
    batch = models.ForeignKey(AdjustmentBatch, models.PROTECT, related_name="rows")
    award = models.ForeignKey(Award, models.PROTECT, related_name="adjustments")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    programme = models.CharField("项目", max_length=20, choices=Programme.choices())
    since = models.DateField("新标准自")
    outcome = models.CharField("结果", max_length=9, choices=Outcome.choices)
    reason = models.CharField("原因", max_length=12, choices=Reason.choices, blank=True)
    detail = models.CharField("说明", max_length=300, blank=True)
    before_fen = models.BigIntegerField("现发")
    after_fen = models.BigIntegerField("新额", null=True)
    from_month = models.DateField("新额自", null=True)
    back_pay_fen = models.BigIntegerField("补发", default=0)
    state = models.CharField("办理", max_length=9, choices=State.choices)
    note = models.CharField("移出原因", max_length=300, blank=True)
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["batch_id", "region_id", "id"]
        indexes = [models.Index(fields=["award"], name="adjustment_row_by_award")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "award"], name="adjustment_one_row_an_award"),
            models.CheckConstraint(
                condition=Q(outcome="increase", reason="", after_fen__gt=0, state__in=["waiting", "done", "taken_out"])
                | Q(outcome="unchanged", reason="", back_pay_fen=0, state="listed")
                | (Q(outcome="look", back_pay_fen=0, state="listed") & ~Q(reason="")),
                name="adjustment_only_increases_are_applied",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="increase") | Q(after_fen__gte=F("before_fen"), back_pay_fen__gte=0),
                name="adjustment_row_lowers_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(assessment__isnull=False, applied_at__isnull=False),
                name="adjustment_done_has_its_ground",
            ),
            models.CheckConstraint(condition=~Q(state="taken_out") | ~Q(note=""), name="adjustment_taken_out_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.award_id}"


class AdjustmentStep(models.Model):
    """One entry a row puts into the ledger: a change from a month on, or the difference of a month already listed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    row = models.ForeignKey(AdjustmentRow, models.PROTECT, related_name="steps")
    kind = models.CharField(
        "方式", max_length=8, choices=[(k.value, k.label) for k in (LedgerEntry.Kind.CHANGE, LedgerEntry.Kind.BACK_PAY)]
    )
    month = models.DateField("月份")
    before_fen = models.BigIntegerField("原额")
    after_fen = models.BigIntegerField("新额")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["row_id", "month"]
        constraints = [
            models.UniqueConstraint(fields=["row", "month"], name="adjustment_one_step_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="adjustment_step_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(before_fen__gte=0, after_fen__gt=F("before_fen")), name="adjustment_step_raises"
            ),
            models.CheckConstraint(condition=Q(kind__in=["change", "back_pay"]), name="adjustment_step_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month}"

    @property
    def raise_fen(self) -> int:
        return self.after_fen - self.before_fen
