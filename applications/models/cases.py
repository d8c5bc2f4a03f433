"""Drafts, applications with their receipt, and a matter for each programme asked for."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7
from accounts.models import Region, User
from accounts.roles import Permission
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households.models import Household, Person


class Holiday(models.Model):
    """A day the State Council's notice moves: a day off on a weekday, or a weekend worked (调休)."""

    date = models.DateField("日期", primary_key=True)
    name = models.CharField("名称", max_length=20)
    kind = models.CharField("种类", max_length=4, choices=[("off", "放假"), ("work", "上班")])

    class Meta:
        default_permissions = ()
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Draft(models.Model):
    """What a clerk has typed and not yet submitted: the whole form, encrypted, saved as it is typed."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    body = EncryptedTextField(domain="draft")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return str(self.pk)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User | AnonymousUser) -> ApplicationQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class Application(models.Model):
    """What came in through the one window, with one receipt. Its state is derived from its matters."""

    class Channel(models.TextChoices):
        WINDOW = "window", "窗口"
        PHONE = "phone", "手机"
        VILLAGE = "village", "村送件"

    id = models.UUIDField(primary_key=True, default=uuid7)
    receipt_number = models.CharField("受理回执号", max_length=24, unique=True)
    submission_key = models.UUIDField("提交标识", unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+")
    channel = models.CharField("来件方式", max_length=8, choices=Channel.choices)
    agent_name = models.CharField("代办人", max_length=50, blank=True)
    hardship = models.CharField("困难原因", max_length=20, blank=True)
    submitted_on = models.DateField("提交日期")
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-submitted_at", "id"]

    def __str__(self) -> str:
        return self.receipt_number


class State(models.TextChoices):
    """Where a matter stands. `workflow.STEPS` says which step leads from which to which."""

    SUBMITTED = "submitted", "待受理"
    SUPPLEMENT = "supplement", "待补正"
    ACCEPTED = "accepted", "待入户调查"
    VISITED = "visited", "待第二人确认调查"
    SURVEYED = "surveyed", "待审核"
    TO_POST = "to_post", "待公示"
    POSTED = "posted", "公示中"
    DISPUTED = "disputed", "异议待答复"
    TO_CONFIRM = "to_confirm", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不予确认"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


CLOSED = (State.CONFIRMED, State.REFUSED, State.DECLINED, State.WITHDRAWN)


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, user: User | AnonymousUser) -> MatterQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))

    def open(self) -> MatterQuerySet:
        return self.exclude(state__in=CLOSED)


class Matter(models.Model):
    """One programme asked for in an application. Only `workflow.advance` writes its state."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    application = models.ForeignKey(Application, models.PROTECT, related_name="matters")
    number = models.CharField("受理编号", max_length=30, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="matters")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="matters")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6)
    programme = models.CharField("项目", max_length=20, choices=Programme.choices())
    area = models.CharField("城乡", max_length=5)
    need_kind = models.CharField("救助原因", max_length=10, blank=True)
    need_multiple = models.DecimalField("倍数", max_digits=6, decimal_places=2, null=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.SUBMITTED)
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    is_relative = models.BooleanField("近亲属备案", default=False)
    created_at = models.DateTimeField()

    objects = MatterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["region", "state"], name="matter_by_region_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "programme"],
                condition=Q(person=None) & ~Q(state__in=[s.value for s in CLOSED]),
                name="matter_one_open_a_household",
                violation_error_message="这一户已有同一事项在办",
            ),
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(person__isnull=False) & ~Q(state__in=[s.value for s in CLOSED]),
                name="matter_one_open_a_person",
                violation_error_message="这个人已有同一事项在办",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RelativeRegister(models.Model):
    """A near relative of staff or committee: registered apart, and that person takes no part (57号 art. 11)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="relatives")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField("人员", max_length=50)
    relation = models.CharField("关系", max_length=20)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["registered_at"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "user"], condition=Q(user__isnull=False), name="relative_once"),
        ]

    def __str__(self) -> str:
        return self.relation
