"""Who calls the interface from another program, and how much everybody may still ask for."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.ids import uuid7


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self, at: datetime) -> ApiTokenQuerySet:
        """Neither expired nor revoked, of somebody whose account is in use."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)


class ApiToken(models.Model):
    """A caller's key to the interface: its hash alone is kept. Only `accounts.tokens` writes it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["issued_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="token_expires_after_its_issue"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_is_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Bucket(models.Model):
    """What somebody has used of an allowance, as the moment at which it is whole again."""

    key = models.CharField(max_length=80, primary_key=True)
    full_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
