"""What is known of people's means: added to, never edited. A newer row names the one it replaces."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.ids import uuid7
from accounts.models import User
from households.models.people import Household, Person


class Source(models.TextChoices):
    DECLARED = "declared", "申报"
    SURVEYED = "surveyed", "入户调查"
    VERIFIED = "verified", "核对"


F = TypeVar("F", bound="Fact")


class FactQuerySet(models.QuerySet[F]):
    def live(self) -> Self:
        """Those no newer row replaces, and not withdrawn."""
        return self.filter(superseded_by__isnull=True, is_withdrawal=False)


class Fact(models.Model):
    """Who is meant, since when, where it comes from, on what evidence."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="%(class)ss")
    source = models.CharField("来源", max_length=9, choices=Source.choices)
    evidence = models.CharField("凭据", max_length=100, blank=True)
    period_from = models.DateField("起始日期")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    is_withdrawal = models.BooleanField("撤销", default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True
        default_permissions = ()
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return str(self.pk)


class IncomeKind(models.TextChoices):
    """Income as rules.md names it, in the order of the clerk's keys; the last four are deductions."""

    WAGE = "wage", "工资"
    BUSINESS = "business", "种养经营"
    PROPERTY = "property", "土地流转、租金利息"
    SUPPORT = "support", "赡养抚养费"
    PENSION = "pension", "养老金"
    BASIC_PENSION = "basic_pension", "居民基础养老金"
    TRANSFER = "transfer", "其他转移收入"
    VETERAN_BENEFIT = "veteran_benefit", "优待抚恤金"
    FAMILY_PLANNING_AWARD = "family_planning_award", "计划生育奖扶"
    SCHOLARSHIP = "scholarship", "奖学金"
    BRAVERY_AWARD = "bravery_award", "见义勇为奖金"
    RELIEF = "relief", "救助款物"
    OTHER = "other", "其他收入"
    TAX = "tax", "减：税费"
    SOCIAL_INSURANCE = "social_insurance", "减：社会保险费"
    SUPPORT_PAID = "support_paid", "减：付出的赡养抚养费"
    WORK_COST = "work_cost", "减：务工成本"


DEDUCTIONS = frozenset({"tax", "social_insurance", "support_paid", "work_cost"})


class IncomeFactQuerySet(FactQuerySet["IncomeFact"]):
    pass


class IncomeFact(Fact):
    """Money that comes in or is deducted, per month or year; an amount of NULL is unknown, never zero."""

    kind = models.CharField("种类", max_length=24, choices=IncomeKind.choices)
    amount_fen = models.BigIntegerField("金额", null=True)
    per = models.CharField("周期", max_length=5, choices=[("month", "月"), ("year", "年")])

    objects = IncomeFactQuerySet.as_manager()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["kind", "person"], name="income_by_kind_and_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__range=(0, 10**11)),
                name="income_amount_is_not_negative",
            ),
        ]

    @property
    def is_deduction(self) -> bool:
        return self.kind in DEDUCTIONS


class AssetFactQuerySet(FactQuerySet["AssetFact"]):
    pass


class AssetFact(Fact):
    """What the household owns: a count or a sum."""

    class Kind(models.TextChoices):
        HOUSE = "house", "住房（处）"
        VEHICLE = "vehicle", "机动车（辆）"
        DEPOSIT = "deposit", "存款（元）"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    quantity = models.SmallIntegerField("数量", null=True)
    amount_fen = models.BigIntegerField("金额", null=True)

    objects = AssetFactQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class CircumstanceFactQuerySet(FactQuerySet["CircumstanceFact"]):
    pass


class CircumstanceFact(Fact):
    """One circumstance the rules read, as a code (and a grade, for a disability)."""

    class Kind(models.TextChoices):
        WORK = "work", "劳动能力"
        STUDENT = "student", "就学"
        DISABILITY = "disability", "残疾"
        MAJOR_ILLNESS = "major_illness", "重特大疾病"
        SELF_CARE_FAILED = "self_care_failed", "生活自理未达到项数"
        ABSENCE = "absence", "不计入原因"
        ORPHAN = "orphan", "孤儿情形"
        LIVES_HERE = "lives_here", "共同生活"
        RECEIVES = "receives", "正在享受"
        STATUS = "status", "义务人状况"
        ASSETS_WITHIN_LIMIT = "assets_within_limit", "义务人财产"
        PRIOR = "prior", "曾享受"
        HEALTH = "health", "健康状况"
        REASON = "reason", "困难原因"

    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    code = models.CharField("代码", max_length=24)
    grade = models.SmallIntegerField("等级", null=True)

    objects = CircumstanceFactQuerySet.as_manager()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["kind", "person"], name="circumstance_by_kind_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__range=(0, 6)), name="circumstance_grade_known"
            ),
        ]
