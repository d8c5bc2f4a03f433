"""Every file or call that went out or came in, with its bytes; the rows of it nobody may use; each source's circuit."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, StoredDocument, User
from accounts.roles import Permission
from verification.models.nights import Request


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, user: User | AnonymousUser) -> ExchangeQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class Exchange(Sealed):
    """One file or call, out or in: its bytes, its hash, what became of it. `digest` is over the answers it made."""

    class Direction(models.TextChoices):
        OUT = "out", "发出"
        IN = "in", "收到"

    class Fate(models.TextChoices):
        TAKEN = "taken", "已采用"
        DUPLICATE = "duplicate", "重复文件"
        QUARANTINED = "quarantined", "已隔离"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=24)
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="exchanges")
    name = models.CharField("文件名", max_length=200)
    document = models.ForeignKey(StoredDocument, models.PROTECT, related_name="+")
    fate = models.CharField("结果", max_length=11, choices=Fate.choices)
    reason = models.CharField("原因", max_length=200, blank=True)
    rows = models.IntegerField("行数", default=0)
    answers = models.IntegerField("答复数", default=0)
    strays = models.IntegerField("隔离行数", default=0)
    is_late = models.BooleanField("迟到", default=False)
    digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["source", "at"], name="exchange_by_source")]
        constraints = [
            # The same bytes about the same request are taken once, whatever the file is called.
            models.UniqueConstraint(
                fields=["request", "document"],
                condition=Q(fate="taken", direction="in"),
                name="exchange_taken_once",
            ),
            models.CheckConstraint(
                condition=~Q(fate="taken", direction="in") | Q(request__isnull=False),
                name="exchange_taken_answers_a_request",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StrayRow(models.Model):
    """One row of an answer that is nobody's answer: kept with its words, encrypted, and why it was set aside."""

    class Why(models.TextChoices):
        NOT_ASKED = "not_asked", "未查询的人"
        OTHER_NAME = "other_name", "姓名不符"
        BAD_VALUE = "bad_value", "内容无法识别"
        SECOND_ANSWER = "second_answer", "与先前答复不同"

    id = models.UUIDField(primary_key=True, default=uuid7)
    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="stray_rows")
    line = models.IntegerField("行号")
    why = models.CharField("原因", max_length=13, choices=Why.choices)
    said = models.CharField("说明", max_length=200, blank=True)
    text = EncryptedTextField("原文", domain="answer")

    class Meta:
        default_permissions = ()
        ordering = ["exchange_id", "line"]
        constraints = [models.UniqueConstraint(fields=["exchange", "line", "why"], name="stray_row_once")]

    def __str__(self) -> str:
        return f"{self.line} {self.why}"


class Circuit(models.Model):
    """How a source bears up: failures in a row, and until when nobody tries it."""

    source = models.CharField(max_length=24, primary_key=True)
    failures = models.IntegerField(default=0)
    opened_until = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_answered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.source
