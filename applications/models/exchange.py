"""What went to the platforms and departments, number by number; what they acknowledged; where the two differ."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from accounts.access import reach
from accounts.ids import uuid7
from accounts.models import Region, Sealed, StoredDocument, User
from accounts.roles import Permission
from households.models import Person


def _readers(user: User | AnonymousUser, field: str = "region_id") -> Q:
    """Who runs the exchange, and who audits it."""
    return reach(user, Permission.RUN_NIGHT, field) | reach(user, Permission.VIEW_AUDIT, field)


class PlatformFileQuerySet(models.QuerySet["PlatformFile"]):
    def visible_to(self, user: User | AnonymousUser) -> PlatformFileQuerySet:
        return self.filter(_readers(user))

    def answerable(self) -> PlatformFileQuerySet:
        """Those a platform acknowledges; a department that asked does not."""
        return self.exclude(kind=PlatformFile.Kind.STATUS)


class PlatformFile(Sealed):
    """One numbered file to one receiver: what it covers, its bytes, who made it (nobody: the night)."""

    class Kind(models.TextChoices):
        RECIPIENTS = "recipients", "救助对象"
        CREDIT = "credit", "信用信息"
        STATUS = "status", "身份认定"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    receiver = models.CharField("接收方", max_length=30)
    number = models.IntegerField("编号")
    reference = models.CharField("文件编号", max_length=80, unique=True)
    since = models.DateField("自", null=True)
    until = models.DateField("截至")
    # Numbers of the county's audit chain: where the last file ended, and where this one does.
    after_seq = models.BigIntegerField()
    until_seq = models.BigIntegerField()
    rows = models.IntegerField("行数")
    total_fen = models.BigIntegerField("月额合计")
    document = models.ForeignKey(StoredDocument, models.PROTECT, related_name="+")
    purpose = models.CharField("用途", max_length=100, blank=True)
    asked = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("生成时间")

    objects: ClassVar[PlatformFileQuerySet] = PlatformFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "kind", "receiver", "number"], name="platform_file_one_a_number"
            ),
            models.CheckConstraint(condition=Q(number__gt=0, rows__gte=0), name="platform_file_counts_from_one"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__lte=F("until")), name="platform_file_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=(Q(kind="status", asked__isnull=False, made_by__isnull=False) & ~Q(purpose=""))
                | (~Q(kind="status") & Q(asked=None, purpose="")),
                name="platform_file_status_says_what_for",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def filename(self) -> str:
        return f"{self.reference}.csv"


class PlatformDelivery(Sealed):
    """The bytes of a file put somewhere: the first time, or again."""

    file = models.ForeignKey(PlatformFile, models.PROTECT, related_name="deliveries")
    is_resend = models.BooleanField("重发")
    place = models.CharField("位置", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        default_permissions = ()
        ordering = ["file_id", "at", "id"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.at}"


class PlatformReceiptQuerySet(models.QuerySet["PlatformReceipt"]):
    def visible_to(self, user: User | AnonymousUser) -> PlatformReceiptQuerySet:
        return self.filter(_readers(user))


class PlatformReceipt(Sealed):
    """A file that came back: what became of it. `digest` is over the differences it made."""

    class Fate(models.TextChoices):
        TAKEN = "taken", "已采用"
        DUPLICATE = "duplicate", "重复文件"
        QUARANTINED = "quarantined", "已隔离"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6)
    name = models.CharField("文件名", max_length=200)
    document = models.ForeignKey(StoredDocument, models.PROTECT, related_name="+")
    fate = models.CharField("结果", max_length=11, choices=Fate.choices)
    reason = models.CharField("原因", max_length=200, blank=True)
    file = models.ForeignKey(PlatformFile, models.PROTECT, null=True, related_name="receipts")
    accepted = models.IntegerField("已接收", default=0)
    refused = models.IntegerField("退回", default=0)
    differences_count = models.IntegerField("差异", default=0)
    digest = models.CharField(max_length=64, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("收到")

    objects: ClassVar[PlatformReceiptQuerySet] = PlatformReceiptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        ordering = ["-at", "id"]
        constraints = [
            # The same bytes about the same file are taken once, whatever they are called.
            models.UniqueConstraint(
                fields=["file", "document"], condition=Q(fate="taken"), name="platform_receipt_taken_once"
            ),
            models.CheckConstraint(
                condition=(Q(fate="taken", file__isnull=False) & ~Q(digest=""))
                | (~Q(fate="taken") & Q(file=None, accepted=0, refused=0, differences_count=0) & ~Q(reason="")),
                name="platform_receipt_taken_or_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlatformDifferenceQuerySet(models.QuerySet["PlatformDifference"]):
    def visible_to(self, user: User | AnonymousUser) -> PlatformDifferenceQuerySet:
        return self.filter(_readers(user, "receipt__region_id"))

    def open(self) -> PlatformDifferenceQuerySet:
        return self.filter(settlement=None)


class PlatformDifference(models.Model):
    """A row we sent that the platform does not hold as we sent it."""

    class Why(models.TextChoices):
        REFUSED = "refused", "退回"
        MISSING = "missing", "未回应"
        SUM = "sum", "金额不符"

    id = models.UUIDField(primary_key=True, default=uuid7)
    receipt = models.ForeignKey(PlatformReceipt, models.PROTECT, related_name="differences")
    line = models.IntegerField("行号")
    # The row's key (award, number of the change, person): by it a later file's row is known to be the same.
    key = models.CharField(max_length=100)
    why = models.CharField("差异", max_length=8, choices=Why.choices)
    reason = models.CharField("原因", max_length=200, blank=True)
    sent = models.CharField("我方月额", max_length=20, blank=True)
    acknowledged = models.CharField("平台月额", max_length=20, blank=True)
    case_number = models.CharField("受理编号", max_length=30, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = PlatformDifferenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["receipt_id", "line"]
        indexes = [models.Index(fields=["key"], name="platform_difference_by_key")]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="platform_difference_once_a_line"),
            models.CheckConstraint(
                condition=~Q(why="refused") | ~Q(reason=""), name="platform_difference_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.why}"


class PlatformSettlement(models.Model):
    """A difference that is none any more, by the receipt that accepted the same row."""

    difference = models.OneToOneField(PlatformDifference, models.PROTECT, primary_key=True, related_name="settlement")
    receipt = models.ForeignKey(PlatformReceipt, models.PROTECT, related_name="settled")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.difference_id)
