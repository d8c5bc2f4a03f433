"""The audit chain, and the kind of row whose content an audit entry seals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import models

from accounts.canonical import digest
from accounts.ids import uuid7


class AuditChain(models.Model):
    """The head of one county's chain; written by the database's own trigger, read by everybody."""

    county_code = models.CharField(max_length=6, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.county_code}#{self.seq}"


class AuditEntry(models.Model):
    """Who did what to which row, as whom, when and why. `seq`, `at`, `prev_hash` and `hash` are the trigger's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    county_code = models.CharField(max_length=6)
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=50)
    post = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    region_code = models.CharField(max_length=12)
    on = models.DateField()
    purpose = models.CharField(max_length=100)
    address = models.CharField(max_length=45)
    before_hash = models.CharField(max_length=64)
    after_hash = models.CharField(max_length=64)
    success = models.BooleanField(default=True)
    is_seal = models.BooleanField(default=False)
    detail = models.TextField()
    prev_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    class Meta:
        default_permissions = ()
        ordering = ["county_code", "seq"]
        constraints = [models.UniqueConstraint(fields=["county_code", "seq"], name="audit_one_entry_a_number")]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.county_code}#{self.seq} {self.action}"


def plain(value: Any) -> str | int | bool | None:
    """A column's value as canonical JSON takes it: moments in UTC, days, ids and bytes as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


class Sealed(models.Model):
    """A row added once and never changed; its audit entry carries the hash of its content, and it that entry's id."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    audit_entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def content(self) -> dict[str, str | int | bool | None]:
        """Every column but the entry's own id, decrypted, as the seal hashes it."""
        return {
            field.attname: plain(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.name != "audit_entry"
        }

    def content_hash(self) -> str:
        return digest(self.content())
