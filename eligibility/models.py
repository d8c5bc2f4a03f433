"""Dated figures and local settings with their drafts, the stored assessment, the ruling that answers a null."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Region, Sealed, StoredDocument, User
from eligibility.programmes import Programme
from households.models import Household, Person

AREAS = [("urban", "城市"), ("rural", "农村")]


class StandardQuerySet(models.QuerySet["Standard"]):
    def known_on(self, on: date) -> Self:
        """Every row that has begun by that day; the newest of each measure is in force."""
        return self.filter(effective_from__lte=on)


class Standard(Sealed):
    """One published figure from one day on. The next row of the same measure ends it; nothing is edited."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    area = models.CharField("城乡", max_length=5, blank=True, choices=AREAS)
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


class LocalSettingQuerySet(models.QuerySet["LocalSetting"]):
    def known_on(self, on: date) -> Self:
        """Every row that has begun by that day; the newest of each setting is in force."""
        return self.filter(effective_from__lte=on)


class LocalSetting(Sealed):
    """A local rule from one day on, where the law leaves it to the place; `value` NULL ends it. Never edited."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    area = models.CharField("城乡", max_length=5, blank=True, choices=AREAS)
    key = models.CharField("参数", max_length=24)
    programme = models.CharField("项目", max_length=20, blank=True)
    name = models.CharField("类别", max_length=40, blank=True)
    value = models.DecimalField("数值", max_digits=16, decimal_places=4, null=True)
    effective_from = models.DateField("起始日期")
    document_number = models.CharField("文号", max_length=60)
    scan = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    enforced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = LocalSettingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["key", "programme", "name", "area", "region_id", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "area", "key", "programme", "name", "effective_from"],
                name="local_setting_one_value_a_day",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="local_setting_is_not_negative"
            ),
            models.CheckConstraint(condition=~Q(document_number=""), name="local_setting_names_its_paper"),
            models.CheckConstraint(
                condition=~Q(enforced_by=models.F("drafted_by")), name="local_setting_drafter_does_not_enforce"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.effective_from}"


class StandardDraft(Sealed):
    """A new value as one person wrote it down, whole and unchangeable; another person decides (StandardDecision).

    `value` is in the unit of what it is: yuan for a figure. For a setting `measure` is its key, NULL ends it.
    """

    class Kind(models.TextChoices):
        FIGURE = "figure", "标准"
        SETTING = "setting", "本地参数"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=7, choices=Kind.choices)
    area = models.CharField("城乡", max_length=5, blank=True, choices=AREAS)
    programme = models.CharField("项目", max_length=20, blank=True)
    measure = models.CharField("标准或参数", max_length=24)
    name = models.CharField("类别", max_length=40, blank=True)
    value = models.DecimalField("数值", max_digits=16, decimal_places=4, null=True)
    effective_from = models.DateField("起始日期")
    for_year = models.SmallIntegerField("所属年度", null=True)
    document_number = models.CharField("文号", max_length=60)
    scan = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("理由", max_length=300, blank=True)
    is_below_floor = models.BooleanField("低于底线")
    is_below_previous = models.BooleanField("低于原标准")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["drafted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_below_floor=False, is_below_previous=False) | Q(reason__regex=r"\S"),
                name="standard_draft_states_why_it_is_low",
                violation_error_message="低于底线或原标准的，写明理由",
            ),
            models.CheckConstraint(condition=Q(document_number__regex=r"\S"), name="standard_draft_names_its_paper"),
            models.CheckConstraint(
                condition=Q(kind="figure", value__isnull=False, value__gt=0)
                | Q(kind="setting", value=None)
                | Q(kind="setting", value__gte=0),
                name="standard_draft_value_is_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}.{self.measure} {self.effective_from}"


class StandardDecision(Sealed):
    """What became of a draft: in force by another person, returned by another person, withdrawn by its drafter."""

    class Outcome(models.TextChoices):
        IN_FORCE = "in_force", "公布执行"
        RETURNED = "returned", "退回"
        WITHDRAWN = "withdrawn", "撤回"

    draft = models.OneToOneField(StandardDraft, models.PROTECT, related_name="decision")
    outcome = models.CharField("结果", max_length=9, choices=Outcome.choices)
    reason = models.CharField("理由", max_length=300, blank=True)
    row_id = models.UUIDField("执行的一行", null=True, unique=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="in_force", row_id__isnull=False) | (~Q(outcome="in_force") & Q(row_id=None)),
                name="standard_decision_has_its_row",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | Q(reason__regex=r"\S"), name="standard_returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.draft_id}"


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


__all__ = [
    "Assessment",
    "LocalSetting",
    "MinimumWage",
    "Programme",
    "Ruling",
    "RulingTest",
    "Standard",
    "StandardDecision",
    "StandardDraft",
]
