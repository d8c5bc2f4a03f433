"""The forms of a finding: narrowing the list, and what a person makes of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

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
        compared = [(one.code, one.label) for one in registry.kinds().values() if one.compares]
        fields["kind"].choices = [("", "全部事项"), *compared]
        label, choices = places(user)
        fields["place"].label = label
        fields["place"].choices = choices


class _Worked(forms.Form):
    """What every act carries: words, and a paper if there is one, which an error elsewhere does not lose."""

    evidence = forms.FileField(
        label="证明材料",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"invalid": "证明材料没有收到，重新选择"},
    )
    paper: StoredDocument | None = None

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._salt = f"finding-paper-{user.pk}"

    def clean_evidence(self) -> Any:
        """Kept by its content as soon as it is sent."""
        sent: Any = self.cleaned_data.get("evidence")
        if not isinstance(sent, UploadedFile):
            self.paper = self._sent_before()
            return self.paper
        if (sent.size or 0) > scans.MOST_BYTES:
            raise forms.ValidationError("证明材料最大 10 MB")
        try:
            self.paper = scans.keep(sent.read())
        except Invalid as wrong:
            raise forms.ValidationError(wrong.message) from wrong
        return self.paper

    def _sent_before(self) -> StoredDocument | None:
        """The paper this very user sent with an earlier try of this form; nobody else's mark opens it."""
        try:
            sha256 = signing.loads(self.data.get(self.mark_name, ""), salt=self._salt, max_age=86_400)
        except signing.BadSignature:
            return None
        return StoredDocument.objects.filter(pk=sha256).first()

    @property
    def mark_name(self) -> str:
        return self.add_prefix("kept")

    @property
    def mark(self) -> str:
        """What the page carries in the paper's stead."""
        return signing.dumps(self.paper.sha256, salt=self._salt) if self.paper else ""


class ExplainForm(_Worked):
    """What the family says of it (57号 art. 18)."""

    note = words("家庭的说明", most=MOST, required="写下家庭的说明")
    field_order = ("note", "evidence")


class _Reasoned(_Worked):
    reason = forms.ChoiceField(label="原因", widget=forms.RadioSelect)
    note = words("说明", most=MOST, help_text="可不填")
    field_order = ("reason", "note", "evidence")
    must = ""

    def __init__(self, *args: Any, reasons: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


def forms_of(kind: Kind, user: User) -> dict[str, forms.Form]:
    """The three acts of a kind, empty."""
    return {
        "accept_form": AcceptForm(reasons=kind.accept, user=user),
        "dispute_form": DisputeForm(reasons=kind.dispute, user=user),
        "explain_form": ExplainForm(user=user),
    }
