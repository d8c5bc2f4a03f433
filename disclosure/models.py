"""What the public is shown: a frozen, masked list, how long it stood, and who objected."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, User
from accounts.roles import Permission
from applications.models import Matter


def public_token() -> str:
    """128 random bits: a list's address can't be guessed (R-36)."""
    return secrets.token_urlsafe(16)


class NoticeListQuerySet(models.QuerySet["NoticeList"]):
    def visible_to(self, user: User | AnonymousUser) -> NoticeListQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class NoticeList(Sealed):
    """A village's list for the seven-day notice (57号 art. 19), frozen when posted: never edited, only taken down."""

    token = models.CharField(max_length=32, unique=True, default=public_token)
    region = models.ForeignKey(Region, models.PROTECT, related_name="notice_lists")
    number = models.CharField("公示编号", max_length=30, unique=True)
    posted_on = models.DateField("张贴日")
    ends_on = models.DateField("公示期最后一日")
    place = models.CharField("张贴地点", max_length=100)
    posted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()

    objects = NoticeListQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-posted_at", "id"]

    def __str__(self) -> str:
        return self.number


class NoticeEntry(Sealed):
    """One family on a list, masked when frozen; without any name where a child is the recipient or the head."""

    list = models.ForeignKey(NoticeList, models.PROTECT, related_name="entries")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="notice_entries")
    seq = models.SmallIntegerField("序号")
    head = models.CharField("户主", max_length=50, blank=True)
    village = models.CharField("村", max_length=60)
    programme = models.CharField("项目", max_length=20)
    people = models.SmallIntegerField("人数")
    amount_fen = models.BigIntegerField("拟发金额", null=True)
    per = models.CharField(max_length=5)
    from_month = models.DateField("拟起始月", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["list_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["list", "seq"], name="notice_one_entry_a_number"),
            models.UniqueConstraint(fields=["list", "matter"], name="notice_one_entry_a_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class Posting(Sealed):
    """Proof that a list went up or came down: who, where, when."""

    class Kind(models.TextChoices):
        UP = "up", "张贴"
        DOWN = "down", "撤下"

    list = models.ForeignKey(NoticeList, models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "kind"], name="posting_once_up_once_down"),
        ]

    def __str__(self) -> str:
        return self.kind


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def open(self) -> ObjectionQuerySet:
        return self.filter(answered_at__isnull=True)


class Objection(models.Model):
    """Somebody says a list is wrong. While one is open the matter is not confirmed."""

    class Result(models.TextChoices):
        GROUNDLESS = "groundless", "不成立"
        UPHELD = "upheld", "成立,重新调查"

    id = models.UUIDField(primary_key=True, default=uuid7)
    entry = models.ForeignKey(NoticeEntry, models.PROTECT, related_name="objections")
    received_on = models.DateField("收到日期")
    name = EncryptedTextField("提出人", domain="objector", null=True)
    content = EncryptedTextField("内容", domain="objection")
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    answer = EncryptedTextField("答复", domain="objection", null=True)
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, result="") | (Q(answered_at__isnull=False) & ~Q(result="")),
                name="objection_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_on}"
