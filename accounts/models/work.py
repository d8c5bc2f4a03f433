"""Keys, jobs, stored files and the replies kept for repeated requests."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.crypto.fields import EncryptedTextField
from accounts.ids import uuid7


class DataKey(models.Model):
    """A key that encrypts rows, wrapped by a master key outside the database; rotation re-wraps, rows stay."""

    id = models.AutoField(primary_key=True)
    suite = models.CharField(max_length=4, choices=[("aes", "AES-256-GCM"), ("sm", "SM4-GCM")])
    master = models.CharField(max_length=20)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.suite}-{self.pk}"


class Job(models.Model):
    """A piece of background work. The row is the truth; the broker only rings the bell."""

    class State(models.TextChoices):
        PLANNED = "planned", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+")
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["created_at"], name="job_open", condition=Q(state__in=["planned", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class StoredDocument(models.Model):
    """A stored file, named by the SHA-256 of its plain content and encrypted on disk."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256[:12]


class IdempotencyKey(models.Model):
    """The reply to a client-made key, kept 90 days: the same body answers the same, another body is refused."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=60)
    key = models.UUIDField()
    body_hash = models.CharField(max_length=64)
    reply = EncryptedTextField(domain="reply", null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "endpoint", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
