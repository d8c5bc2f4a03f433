"""What the self-check asks, in plain words: no name, no number, no address. Nothing typed here is kept by anybody.

"说不清" is an answer of its own wherever the law knows an unknown; an amount left empty is never 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Region
from accounts.roles import Level
from applications.entry.fields import CountField, Typed, YuanField

Choices = tuple[tuple[str, str], ...]

RELATIONS: Final[Choices] = (
    ("spouse", "配偶"),
    ("child", "子女"),
    ("parent", "父母"),
    ("grandparent", "祖父母、外祖父母"),
    ("grandchild", "孙子女、外孙子女"),
    ("sibling", "兄弟姐妹"),
    ("other", "其他"),
)
LIVING: Final[Choices] = (
    ("together", "一起生活，或外出打工、上学"),
    ("apart", "成年后分开过"),
    ("prison", "在监狱服刑"),
    ("drug_isolation", "在强制隔离戒毒"),
    ("missing", "失踪"),
)
STUDENT: Final[Choices] = (
    ("", "不上学"),
    ("compulsory", "小学、初中"),
    ("senior_high", "高中"),
    ("vocational", "中专、技校"),
    ("junior_college", "大专"),
    ("undergraduate", "大学本科"),
    ("postgraduate", "研究生"),
)
DISABILITY: Final[Choices] = (
    ("", "没有残疾证"),
    ("visual", "视力"),
    ("hearing", "听力"),
    ("speech", "言语"),
    ("physical", "肢体"),
    ("intellectual", "智力"),
    ("mental", "精神"),
    ("multiple", "多重"),
)
GRADES: Final[Choices] = (("", "没有残疾证"), *((str(n), f"{n} 级") for n in range(1, 5)))
YES_NO: Final[Choices] = (("no", "没有"), ("yes", "有"), ("unclear", "说不清"))
SELF_CARE: Final[Choices] = (
    ("unclear", "说不清"),
    ("0", "六件都能自己做"),
    *((str(n), f"有 {n} 件自己做不了") for n in range(1, 7)),
)
PARENTS: Final[Choices] = (
    ("", "已成年，或有父母照管"),
    ("dispersed", "父母都不在了，跟着亲属"),
    ("institution", "在儿童福利机构"),
    ("de_facto", "父母重病、重残、服刑或失联"),
    ("unclear", "说不清"),
)
INCOME: Final[Choices] = (("none", "没有收入"), ("some", "有，下面填数"), ("unclear", "说不清"))
OBLIGORS: Final[Choices] = (("none", "没有"), ("some", "有，下面填"), ("unclear", "说不清"))
ASSETS: Final[Choices] = (("none", "都没有"), ("some", "有"), ("unclear", "说不清"))
NEED: Final[Choices] = (
    ("", "没有"),
    ("medical", "看病花钱太多"),
    ("education", "上学花钱太多"),
    ("sudden", "火灾、车祸、急病等，等不得"),
)
RECEIVES: Final[Choices] = (("", "没有"), ("dibao", "低保"), ("tekun", "特困供养"), ("unclear", "说不清"))
STATUS: Final[Choices] = (
    ("", "都不是"),
    ("prison", "在服刑"),
    ("missing", "失踪"),
    ("no_capacity", "没有民事行为能力"),
)
AREAS: Final[Choices] = (("rural", "农村"), ("urban", "城镇"))
AMOUNTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("wage", "month", "打工、上班，每月"),
    ("business", "year", "种地、养殖、做买卖，一年净收"),
    ("property", "year", "房租、土地流转、利息，一年"),
    ("support", "month", "不同住的子女等给的，每月"),
    ("pension", "month", "职工退休金，每月"),
    ("basic_pension", "month", "城乡居民养老金，每月"),
    ("other", "month", "其他收入，每月"),
)
"""Kind, period and question. What the law never counts (57号 art. 13) is not asked."""
OLDEST: Final = 130


class Ask(forms.ChoiceField):
    """One of the listed answers. `missing` "" where the first one stands until another is taken."""

    def __init__(
        self, label: str, choices: Iterable[tuple[str, str]], missing: str = "", *, buttons: bool = False
    ) -> None:
        listed = [("", "选一项"), *choices] if missing and not buttons else list(choices)
        super().__init__(
            label=label,
            choices=listed,
            required=bool(missing),
            initial=None if buttons else listed[0][0],
            widget=forms.RadioSelect if buttons else forms.Select,
            error_messages={"required": missing, "invalid_choice": f"{label}按列出的选"},
        )


class MonthField(Typed):
    """A year and month as 1956-02, 1956.2, 195602 or 1956年2月, as the first day of it."""

    def read(self, text: str) -> date:
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        match = re.fullmatch(r"([0-9]{4})(?:[-./年]([0-9]{1,2})月?|([0-9]{2}))", plain)
        if match is None or not 1 <= int(match[2] or match[3]) <= 12 or int(match[1]) < 1:
            raise ValidationError(f"{self.called}填如 1956-02")
        return date(int(match[1]), int(match[2] or match[3]), 1)


class PersonForm(forms.Form):
    """Somebody of the household; the first is its head."""

    def __init__(self, number: int, on: date, **more: Any) -> None:
        super().__init__(prefix=f"p{number}", auto_id="id_%s", use_required_attribute=False, **more)
        self.number, self.on = number, on
        self.called = who = f"第 {number} 人" if number > 1 else "户主"
        self.fields["birth"] = MonthField(f"{who}出生年月", missing=f"填写{who}的出生年月")
        if number > 1:
            self.fields["relation"] = Ask(f"{who}与户主的关系", RELATIONS, f"选{who}与户主的关系")
        self.fields["living"] = Ask(f"{who}住在哪", LIVING)
        self.fields["student"] = Ask(f"{who}上学", STUDENT)
        self.fields["disability"] = Ask(f"{who}残疾类别", DISABILITY)
        self.fields["grade"] = Ask(f"{who}残疾等级", GRADES)
        self.fields["illness"] = Ask(f"{who}有没有重病", YES_NO, f"选{who}有没有重病")
        self.fields["self_care"] = Ask(f"{who}自理能力", SELF_CARE)
        self.fields["parents"] = Ask(f"{who}父母情况", PARENTS)
        self.fields["income"] = Ask(f"{who}有没有收入", INCOME, f"选{who}有没有收入")
        for kind, _, label in AMOUNTS:
            self.fields[kind] = YuanField(label)
        self.fields["paid"] = YuanField("自己交的社保费、个人所得税，每月")

    def clean_birth(self) -> date:
        birth: date = self.cleaned_data["birth"]
        if not self.on.year - OLDEST <= birth.year or birth > self.on:
            raise ValidationError(f"{self.called}出生年月核对一下")
        return birth

    def clean(self) -> dict[str, Any]:
        said, who = self.cleaned_data, self.called
        if bool(said.get("disability")) != bool(said.get("grade")) and not self.errors:
            self.add_error("grade", f"{who}残疾类别和等级照残疾证填")
        filled = any(said.get(kind) is not None for kind, _, _ in AMOUNTS)
        if said.get("income") == "some" and not filled and not self._amounts_wrong():
            self.add_error("income", f"{who}填一项收入，没数的选说不清")
        if said.get("income") == "none" and filled:
            self.add_error("income", f"{who}选了没有收入，下面又有数")
        return said

    def _amounts_wrong(self) -> bool:
        return any(kind in self.errors for kind, _, _ in AMOUNTS)

    @property
    def amounts(self) -> list[forms.BoundField]:
        return [self[kind] for kind, _, _ in AMOUNTS] + [self["paid"]]

    @property
    def is_open(self) -> bool:
        """Whether the amounts stand open: something is typed, or wanted."""
        return self["income"].value() == "some" or any(bound.value() for bound in self.amounts)

    @property
    def who(self) -> str:
        if self.number == 1:
            return "户主"
        relation = dict(RELATIONS).get(str(self["relation"].value()), "")
        return self.called + (f"（{relation}）" if relation else "")


class ObligorForm(forms.Form):
    """Somebody elsewhere who owes support. What is left empty is not known."""

    def __init__(self, number: int, **more: Any) -> None:
        super().__init__(prefix=f"o{number}", auto_id="id_%s", use_required_attribute=False, **more)
        self.number = number
        who = f"亲属 {number}"
        self.fields["age"] = CountField(f"{who}周岁", most=OLDEST)
        self.fields["income"] = YuanField(f"{who}每月收入")
        self.fields["receives"] = Ask(f"{who}在领低保、特困吗", RECEIVES)
        self.fields["severe"] = Ask(f"{who}有重度残疾吗", (YES_NO[2], YES_NO[0], YES_NO[1]))
        self.fields["status"] = Ask(f"{who}有这些情况吗", STATUS)


class HouseholdForm(forms.Form):
    """Where the household lives, what it owns, what troubles it."""

    county = Ask("住在哪个县（市、区）", (), "选住在哪个县（市、区）")
    area = Ask("城镇还是农村", AREAS, "选城镇还是农村", buttons=True)
    assets = Ask("家里有这些吗", ASSETS, "选家里有没有这些", buttons=True)
    obligors = Ask("还有不同住、该赡养抚养的亲属吗", OBLIGORS, "选有没有该赡养抚养的亲属", buttons=True)
    need = Ask("眼前有急难吗", NEED)
    medical = YuanField("近一年自己掏的看病钱")
    education = YuanField("近一年自己掏的上学钱")

    def __init__(self, **more: Any) -> None:
        super().__init__(prefix="h", auto_id="id_%s", use_required_attribute=False, **more)
        rows = Region.objects.filter(level=Level.COUNTY).order_by("code").values_list("code", "name")
        asked = self.fields["county"]
        assert isinstance(asked, Ask)
        asked.choices = [("", "选一项"), *rows]


def typed(source: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """What was typed under a prefix, to be shown again without being judged."""
    begins = f"{prefix}-"
    return {key.removeprefix(begins): str(source[key]) for key in source if key.startswith(begins)}
