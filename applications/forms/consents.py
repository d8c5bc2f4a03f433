"""The forms of 核对授权: a paper somebody signed, its end, and the number of somebody who had none."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts import clock
from applications.entry import choices as of
from applications.entry.people import is_invented
from applications.forms.steps import UNSEEN
from households.consents import LONGEST_NAME
from households.identity import IdentityError, IdNumber, read_id_number
from households.models import ConsentEnd

Reason = ConsentEnd.Reason


def day(label: str, *, required: str = "", help_text: str = "") -> forms.DateField:
    """A day typed as 2026-11-23; `required` is the sentence said when it is left empty."""
    return forms.DateField(
        label=label,
        required=bool(required),
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "年-月-日", "inputmode": "numeric"}),
        error_messages={"required": required, "invalid": f"{label}写成年-月-日"},
    )


class GiveForm(forms.Form):
    """Who authorised, and what stands on the paper; who may sign is judged by `households.consents`."""

    person = forms.ChoiceField(
        label="谁的授权", error_messages={"required": "选择谁的授权", "invalid_choice": "选本户的人"}
    )
    signed_by = forms.CharField(
        label="签字人",
        max_length=LONGEST_NAME,
        help_text="未成年人由监护人签",
        error_messages={"required": "填写签字人", "max_length": f"签字人最多 {LONGEST_NAME} 字", **UNSEEN},
    )
    given_on = day("签字日期", required="填写签字日期")
    valid_until = day("有效期至", help_text="授权书上没写就空着")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = people


class EndForm(forms.Form):
    """Which paper holds no longer, and why."""

    consent = forms.ChoiceField(
        label="哪一份", error_messages={"required": "选择哪一份授权", "invalid_choice": "选本户的授权"}
    )
    reason = forms.ChoiceField(
        label="撤回原因",
        choices=[(one.value, one.label) for one in (Reason.WITHDRAWN, Reason.MISTAKEN)],
        error_messages={"required": "选择撤回原因", "invalid_choice": "选择撤回原因"},
    )

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["consent"]
        field.choices = papers


class NumberForm(forms.Form):
    """Whose card is there now; what `number` says is read into `read`."""

    person = forms.ChoiceField(
        label="谁的证件", error_messages={"required": "选择谁的证件", "invalid_choice": "选还没有证件号码的人"}
    )
    number = forms.CharField(
        label="居民身份证号", max_length=30, error_messages={"required": "填写居民身份证号", **UNSEEN}
    )
    reason = forms.ChoiceField(
        label="证件说明",
        required=False,
        choices=[("", "无"), *((code, words) for code, words in of.ID_REASONS if code in ("old_area", "police"))],
        help_text="前 6 位查不到地区的才填",
    )
    read: IdNumber

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = people

    def clean(self) -> None:
        if "number" not in self.cleaned_data:
            return
        try:
            self.read = read_id_number(self.cleaned_data["number"], on=clock.today())
        except IdentityError as refused:
            self.add_error("number", refused.message)
            return
        known = self.read.area_known is not False or is_invented(self.read.number)
        if not known and not self.cleaned_data.get("reason"):
            self.add_error("reason", "前 6 位查不到地区，选择证件说明")
