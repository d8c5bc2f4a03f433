"""What a source says otherwise than the family did, and what a person made of it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.ids import uuid7
from accounts.models import Region, Sealed, StoredDocument, User
from accounts.roles import Permission
from households.models import Household, Person
from verification.models.nights import Run


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User | AnonymousUser) -> FindingQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))

    def open(self) -> FindingQuerySet:
        return self.filter(state__in=OPEN)


class Finding(models.Model):
    """One mismatch of one fact: declared against verified, and what the rules make of it. Never a decision."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        EXPLAINED = "explained", "已收到说明"
        ACCEPTED = "accepted", "采纳核对"
        DISPUTED = "disputed", "不采纳"
        CLEARED = "cleared", "复核一致"

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, related_name="findings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="findings")
    run = models.ForeignKey(Run, models.PROTECT, related_name="findings")
    enquiry_id = models.BigIntegerField()
    on = models.DateField("核对日期")
    source = models.CharField("来源", max_length=24)
    kind = models.CharField("事项", max_length=24)
    is_standing = models.BooleanField("在享复核")
    case_number = models.CharField("受理编号", max_length=30)
    declared = models.JSONField("申报")
    verified = models.JSONField("核对")
    difference_fen = models.BigIntegerField("差额", null=True)
    # Which mismatch this is: household, person, kind and the verified value; the same one is never written twice.
    fingerprint = models.CharField(max_length=64)
    # What the rules make of it: empty until they have been asked (`verification.findings.judging`), then as it stood.
    consequence = models.JSONField("影响", default=dict)
    said = models.CharField("影响说明", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.OPEN)
    last_seen_on = models.DateField()
    found_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-found_at", "id"]
        indexes = [
            models.Index(fields=["region", "state"], name="finding_by_region"),
            models.Index(fields=["person", "kind"], name="finding_by_person"),
        ]
        constraints = [
            # A cleared one may come back; what a person has dealt with stays dealt with.
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(state="cleared"), name="finding_once_a_mismatch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def effect(self) -> str:
        """What the rules make of it, in a sentence; that they are still asked."""
        return self.said or "影响正在测算"


OPEN = (Finding.State.OPEN, Finding.State.EXPLAINED)


class FindingStep(Sealed):
    """What was done about a finding: by whom, why, on what evidence. `actor` None is a night's answer that agrees."""

    class Action(models.TextChoices):
        EXPLAIN = "explain", "登记说明"
        ACCEPT = "accept", "采纳核对"
        DISPUTE = "dispute", "不采纳"
        ASK_AGAIN = "ask_again", "再次查询"
        CLEAR = "clear", "复核一致"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps")
    seq = models.SmallIntegerField()
    action = models.CharField("办理", max_length=9, choices=Action.choices)
    reason = models.CharField("原因", max_length=24, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    evidence = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on = models.DateField("日期")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["finding_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["finding", "seq"], name="finding_step_one_a_number")]

    def __str__(self) -> str:
        return f"{self.action} {self.seq}"
