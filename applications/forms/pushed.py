"""The forms of 主动发现: a list that came, the place that goes there, what a visit found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Region, User
from applications.forms.consents import day
from applications.forms.filters import places, prefix_of
from applications.forms.steps import UNSEEN, words
from verification.models import PushedList, PushedPerson
from verification.pushed import LONGEST_NOTE
from verification.sources import registry


class PlaceFilter(forms.Form):
    """One place below the user's own; a wrong one is said and filters nothing."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(label="村（社区）", required=False, error_messages={"invalid_choice": "从列表里选"})

    def __init__(self, given: Any, user: User) -> None:
        super().__init__(given)
        field: Any = self.fields["place"]
        field.label, field.choices = places(user)

    def within(self) -> str:
        """The digits every region asked for begins with; "" for all."""
        self.is_valid()
        chosen: str = self.cleaned_data.get("place") or ""
        return prefix_of(chosen) if chosen else ""


class ListForm(forms.Form):
    """A department's file: from whom, about what need, on what basis; the file is judged by `verification.pushed`."""

    county = forms.ChoiceField(label="县区", error_messages={"required": "选择县区", "invalid_choice": "选自己的县区"})
    source = forms.ChoiceField(
        label="推送部门", error_messages={"required": "选择推送的部门", "invalid_choice": "选择推送的部门"}
    )
    kind = forms.ChoiceField(
        label="困难情形",
        choices=[("", "选一项"), *PushedList.Kind.choices],
        error_messages={"required": "选择困难情形", "invalid_choice": "选择困难情形"},
    )
    legal_basis = forms.CharField(
        label="推送依据",
        max_length=200,
        help_text="文号或条款，如 莘残联函〔2026〕7号",
        error_messages={"required": "填写推送依据", "max_length": "推送依据最多 200 字", **UNSEEN},
    )
    file = forms.FileField(
        label="名单文件",
        allow_empty_file=True,
        max_length=200,
        help_text="CSV 或 xlsx，最大 10 MB；身份证号列设为文本",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "选择名单文件",
            "invalid": "文件没有收到，重新选择",
            "max_length": "文件名最多 200 字",
        },
    )

    def __init__(self, *args: Any, counties: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        county.choices = [(one.code, one.name) for one in counties]
        county.initial = counties[0].code
        if len(counties) == 1:
            county.widget = forms.HiddenInput()
        source: Any = self.fields["source"]
        source.choices = [("", "选一个"), *((one.code, one.department) for one in registry.sources())]


class VisitForm(forms.Form):
    """What came of going there."""

    visited_on = day("走访日期", required="填写走访日期")
    outcome = forms.ChoiceField(
        label="走访结果",
        choices=PushedPerson.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选择走访结果", "invalid_choice": "选择走访结果"},
    )
    note = words("走访情况", most=LONGEST_NOTE, required="填写走访情况")


class PlaceForm(forms.Form):
    """Who goes there."""

    region = forms.ChoiceField(
        label="转给", error_messages={"required": "选择转给哪里", "invalid_choice": "从列表里选"}
    )

    def __init__(self, *args: Any, below: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.choices = below
