"""The forms of a finding: narrowing the list, and what a person makes of one."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.errors import Invalid
from accounts.models import StoredDocument, User
from applications.forms.filters import places
from applications.forms.steps import words
from eligibility import scans
from verification.sources import registry
from verification.sources.base import Kind

MOST = 500


class FindingFilter(forms.Form):
    """Kind, place, purpose and state; open ones where nothing is chosen."""

    kind = forms.ChoiceField(label="事项", required=False)
    place = forms.ChoiceField(label="村（社区）", required=False)
    purpose = forms.ChoiceField(
        label="对象", required=False, choices=[("", "全部"), ("applies", "申请"), ("receives", "在享")]
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "待处理"), ("closed", "已处理"), ("all", "全部")]
    )

    def __init__(self, given: Any, user: User) -> None:
        super().__init__(given)
        fields: Any = self.fields
        fields["kind"].choices = [("", "全部事项"), *[(one.code, one.label) for one in registry.kinds().values()]]
        label, choices = places(user)
        fields["place"].label = label
        fields["place"].choices = choices


class _Worked(forms.Form):
    """What every act carries: words, and a paper if there is one."""

    evidence = forms.FileField(label="证明材料", required=False, help_text="PDF、JPG 或 PNG，可不选")
    kept: StoredDocument | None = None

    def clean_evidence(self) -> Any:
        """Kept by its content as soon as it is sent."""
        sent: Any = self.cleaned_data.get("evidence")
        if sent is None:
            return None
        try:
            if (sent.size or 0) > scans.MOST_BYTES:
                raise Invalid({"scan": "扫描件最大 10 MB"})
            self.kept = scans.keep(sent.read())
        except Invalid as refused:
            raise forms.ValidationError(refused.errors["scan"]) from refused
        return sent


class ExplainForm(_Worked):
    """What the family says of it (57号 art. 18)."""

    note = words("家庭的说明", most=MOST, required="写下家庭的说明")
    field_order = ("note", "evidence")


class _Reasoned(_Worked):
    reason = forms.ChoiceField(label="原因", widget=forms.RadioSelect)
    note = words("说明", most=MOST, help_text="可不填")
    field_order = ("reason", "note", "evidence")
    must = ""

    def __init__(self, data: Any = None, files: Any = None, *, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        field: Any = self.fields["reason"]
        field.choices = list(reasons.items())
        field.error_messages = {"required": self.must, "invalid_choice": self.must}


class AcceptForm(_Reasoned):
    """The source is right."""

    prefix = "accept"
    must = "选择采纳的原因"


class DisputeForm(_Reasoned):
    """The source is wrong here."""

    prefix = "dispute"
    must = "选择不采纳的原因"
    note = words("依据", most=MOST, help_text="写明依据，或附上证明材料")


def forms_of(kind: Kind) -> dict[str, forms.Form]:
    """The three acts of a kind, empty."""
    return {
        "accept_form": AcceptForm(reasons=kind.accept),
        "dispute_form": DisputeForm(reasons=kind.dispute),
        "explain_form": ExplainForm(),
    }
