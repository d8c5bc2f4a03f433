"""What the public is shown: a frozen, masked list, how long it stood, and who objected."""

from __future__ import annotations

import secrets
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, User
from accounts.models.audit import plain
from accounts.roles import Permission
from applications.models import Matter, State
from eligibility.programmes import Programme


def public_token() -> str:
    """128 random bits: a list's address can't be guessed (R-36)."""
    return secrets.token_urlsafe(16)


class NoticeListQuerySet(models.QuerySet["NoticeList"]):
    def visible_to(self, user: User | AnonymousUser) -> NoticeListQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))

    def with_regions(self) -> NoticeListQuerySet:
        """Village, township and county in the same query."""
        return self.select_related("region__parent__parent")

    def up(self, on: date) -> NoticeListQuerySet:
        """Before the public on that day: from the posting day to the last day, unless taken down."""
        return self.filter(is_up(on))

    def over(self, on: date) -> NoticeListQuerySet:
        """Past their last day with something left to do: still up, or a family that may move on."""
        return self.filter(is_over(on))

    def past(self, on: date) -> NoticeListQuerySet:
        """Taken down, with nothing left to do."""
        return self.exclude(is_up(on)).exclude(is_over(on)).filter(posted_on__lte=on)


def is_up(on: date) -> Q:
    return Q(posted_on__lte=on, ends_on__gte=on) & ~Q(_taken_down())


def is_over(on: date) -> Q:
    ready = NoticeEntry.objects.ready_to_move().filter(list=OuterRef("pk"))
    return Q(ends_on__lt=on) & (~Q(_taken_down()) | Q(Exists(ready)))


def _taken_down() -> Exists:
    return Exists(Posting.objects.filter(list=OuterRef("pk"), kind=Posting.Kind.DOWN))


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


class NoticeEntryQuerySet(models.QuerySet["NoticeEntry"]):
    def ready_to_move(self) -> NoticeEntryQuerySet:
        """The newest entry of every matter under notice with nothing left to answer."""
        newer = NoticeEntry.objects.filter(matter=OuterRef("matter"), list__posted_at__gt=OuterRef("list__posted_at"))
        unanswered = Objection.objects.open().filter(entry__matter=OuterRef("matter"))
        return self.filter(~Exists(newer), ~Exists(unanswered), matter__state=State.POSTED)


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

    objects = NoticeEntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["list_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["list", "seq"], name="notice_one_entry_a_number"),
            models.UniqueConstraint(fields=["list", "matter"], name="notice_one_entry_a_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}"

    @property
    def label(self) -> str:
        """The programme in the words of the law."""
        return Programme(self.programme).label


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
    def visible_to(self, user: User | AnonymousUser) -> ObjectionQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE, "entry__list__region_id"))

    def open(self) -> ObjectionQuerySet:
        return self.filter(answered_at__isnull=True)


class Objection(models.Model):
    """Somebody says a list is wrong. While one is open the matter is not confirmed."""

    class Result(models.TextChoices):
        GROUNDLESS = "groundless", "不成立"
        UPHELD = "upheld", "成立，重新调查"

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

    def received(self) -> dict[str, str | int | bool | None]:
        """What came in, as the audit entry of its receipt hashes it."""
        columns = ("id", "entry_id", "received_on", "name", "content", "received_by_id", "received_at")
        return {column: plain(getattr(self, column)) for column in columns}

    def answered(self) -> dict[str, str | int | bool | None]:
        """What was answered, as the audit entry of the answer hashes it."""
        columns = ("id", "answer", "result", "answered_by_id", "answered_at")
        return {column: plain(getattr(self, column)) for column in columns}


class Visitor(models.Model):
    """How many pages an address may still open (R-36). No address is kept, only its keyed hash; rows live an hour."""

    key = models.BinaryField(primary_key=True, max_length=32)
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tokens:.0f}"
