"""What is typed on the pages of adjustments; the acts judge it."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Region
from applications.adjustments.figures import PartSum
from applications.models import AdjustmentRow
from eligibility.programmes import Programme

ALL = ("", "全部")


class PrepareForm(forms.Form):
    """Which county."""

    county = forms.ChoiceField(label="县（市、区）", error_messages={"required": "选择县（市、区）"})

    def __init__(self, *args: Any, counties: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["county"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(county.code, county.name) for county in counties]
        field.error_messages["invalid_choice"] = "重新选择县（市、区）"


class RowsForm(forms.Form):
    """The query bar above the rows."""

    name = forms.CharField(label="领款人", required=False, max_length=50)
    outcome = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[ALL, *AdjustmentRow.Outcome.choices, (AdjustmentRow.State.TAKEN_OUT.value, "已移出")],
    )
    programme = forms.ChoiceField(label="项目", required=False, choices=[ALL, *Programme.choices()])
    township = forms.ChoiceField(label="乡镇", required=False)

    def __init__(self, *args: Any, townships: list[PartSum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["township"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ALL, *((one.code, one.label) for one in townships)]
