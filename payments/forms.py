"""What is typed on the pages of the lists; the acts judge it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Region
from eligibility.programmes import Programme
from payments.monthly.figures import CHANGES, TownshipSum

ALL = ("", "全部")


class BuildForm(forms.Form):
    """Which county's list of which month."""

    county = forms.ChoiceField(label="县（市、区）", error_messages={"required": "选择县（市、区）"})
    month = forms.ChoiceField(label="发放月", error_messages={"required": "选择发放月"})
    programme = forms.ChoiceField(label="项目", required=False, choices=[ALL, *Programme.choices()])

    def __init__(self, *args: Any, counties: list[Region], months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "county": [(county.code, county.name) for county in counties],
            "month": [(month.isoformat(), f"{month.year} 年 {month.month} 月") for month in months],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = options
            field.initial = options[-1][0] if options else None
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = f"重新选择{field.label}"


class PasswordForm(forms.Form):
    """Who stands at the keyboard, asked once more before money moves; and the list they saw."""

    seen_hash = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label="当前密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "填写当前密码"},
    )


class NoteForm(forms.Form):
    """What is done about an exception."""

    note = forms.CharField(
        label="怎么处理",
        max_length=200,
        error_messages={"required": "写明怎么处理", "max_length": "写到 200 字以内"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, settles: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"x{settles}-%s"
        self.settles = settles


class CancelForm(forms.Form):
    """Why a list is given up."""

    reason = forms.CharField(
        label="作废原因",
        max_length=200,
        error_messages={"required": "写明作废原因", "max_length": "写到 200 字以内"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class LinesForm(forms.Form):
    """The query bar above the lines."""

    name = forms.CharField(label="领款人", required=False, max_length=50)
    township = forms.ChoiceField(label="乡镇", required=False)
    programme = forms.ChoiceField(label="项目", required=False, choices=[ALL, *Programme.choices()])
    change = forms.ChoiceField(label="比上月", required=False, choices=[ALL, *CHANGES])

    def __init__(self, *args: Any, townships: list[TownshipSum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["township"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ALL, *((one.code, one.name or "县直") for one in townships)]
