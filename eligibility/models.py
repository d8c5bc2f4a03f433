"""Dated figures, the stored and explained assessment, and the ruling that answers a null."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Region, Sealed, User
from eligibility.programmes import Programme
from households.models import Household, Person


class StandardQuerySet(models.QuerySet["Standard"]):
    def known_on(self, on: date) -> Self:
        """Every row that has begun by that day; the newest of each measure is in force."""
        return self.filter(effective_from__lte=on)


class Standard(Sealed):
    """One published figure from one day on. The next row of the same measure ends it; nothing is edited."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    area = models.CharField("城乡", max_length=5, blank=True, choices=[("urban", "城市"), ("rural", "农村")])
    programme = models.CharField("项目", max_length=20)
    measure = models.CharField("标准名", max_length=24)
    unit = models.CharField("周期", max_length=5, choices=[("month", "月"), ("year", "年")])
    value_fen = models.BigIntegerField("金额")
    effective_from = models.DateField("起始日期")
    for_year = models.SmallIntegerField("所属年度", null=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    source = models.CharField("来源", max_length=200, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    enforced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = StandardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["programme", "measure", "area", "region_id", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "area", "programme", "measure", "effective_from"], name="standard_one_value_a_day"
            ),
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="standard_is_positive"),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True) | ~Q(enforced_by=models.F("drafted_by")),
                name="standard_drafter_does_not_enforce",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}.{self.measure} {self.effective_from}"


class MinimumWage(Sealed):
    """The province's monthly minimum wage where Liaocheng stands (tier 3), from one day on."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    value_fen = models.BigIntegerField("月最低工资")
    effective_from = models.DateField("起始日期")
    document_number = models.CharField("文号", max_length=60, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["region_id", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["region", "effective_from"], name="minimum_wage_one_value_a_day"),
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="minimum_wage_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.effective_from}"


class Assessment(Sealed):
    """What the rules answered on one day: frozen inputs, figures in force, result with every test and step."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="assessments")
    as_of = models.DateField("测算日")
    rules_version = models.CharField(max_length=20)
    inputs = models.TextField()
    figures = models.TextField()
    result = models.TextField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.as_of}"


class RulingTest(models.TextChoices):
    """The nulls a named person may answer, until a local rule does."""

    ASSETS_WITHIN_LIMIT = "assets_within_limit", "家庭财产符合规定"
    BASIC_PENSION_COUNTED = "basic_pension_counted", "基础养老金计入收入"
    MAJOR_ILLNESS = "major_illness", "患重特大疾病"
    SELF_CARE_FAILED = "self_care_failed", "生活自理未达到项数"
    OBLIGOR_ASSETS = "obligor_assets", "义务人财产符合规定"


class Ruling(Sealed):
    """A person's named answer to what the rules leave open, with reason and evidence; an input, never a result."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="rulings")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    test = models.CharField("认定事项", max_length=24, choices=RulingTest.choices)
    answer = models.SmallIntegerField("认定结果")
    reason = models.CharField("理由", max_length=300)
    evidence = models.CharField("依据材料", max_length=300, blank=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["ruled_at", "id"]

    def __str__(self) -> str:
        return f"{self.test}={self.answer}"


__all__ = ["Assessment", "MinimumWage", "Programme", "Ruling", "RulingTest", "Standard"]
