"""The forms of 决定与资金: where it is paid, and what stops it."""

from __future__ import annotations

from typing import Any

from django import forms

from payments.models import Hold, PayeeAccount


class AccountForm(forms.Form):
    """A payee's account; the number itself is judged by `payments.accounts`."""

    kind = forms.ChoiceField(
        label="账户种类", choices=PayeeAccount.Kind.choices, error_messages={"required": "选择账户种类"}
    )
    bank = forms.CharField(
        label="开户行", max_length=60, error_messages={"required": "填写开户行", "max_length": "开户行最多 60 字"}
    )
    number = forms.CharField(
        label="账号", max_length=40, error_messages={"required": "填写账号", "max_length": "账号最多 40 位"}
    )
    holder_name = forms.CharField(
        label="户名", max_length=50, error_messages={"required": "填写户名", "max_length": "户名最多 50 字"}
    )
    holder_reason = forms.CharField(
        label="户名不同的原因",
        max_length=100,
        required=False,
        help_text="户名是领款人本人就空着",
        error_messages={"max_length": "原因最多 100 字"},
    )


class HoldForm(forms.Form):
    """Stop paying for somebody until the county has looked into it."""

    person = forms.ChoiceField(label="谁", error_messages={"required": "选择暂停谁", "invalid_choice": "选本户的成员"})
    reason = forms.ChoiceField(
        label="暂停原因", choices=Hold.Reason.choices, error_messages={"required": "选择暂停原因"}
    )
    note = forms.CharField(
        label="说明", max_length=200, required=False, error_messages={"max_length": "说明写到 200 字以内"}
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = people


class ClearForm(forms.Form):
    """What was found, and pay again."""

    note = forms.CharField(
        label="核实结果",
        max_length=200,
        error_messages={"required": "写明核实结果", "max_length": "核实结果写到 200 字以内"},
    )
