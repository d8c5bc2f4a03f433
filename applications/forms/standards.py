"""The form of a new value: only the fields its target has; what was typed and the scan already sent are kept."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts import access
from accounts.errors import Invalid
from accounts.models import Region, StoredDocument, User
from accounts.roles import Level, Permission
from applications.entry.fields import DayField, Typed
from applications.forms.steps import UNSEEN, words
from eligibility import scans
from eligibility.proposals import LONGEST_NAME, LONGEST_NUMBER, LONGEST_REASON, Proposal
from eligibility.targets import Kind, Target

AREAS = [("", "城乡都用"), ("urban", "只城市"), ("rural", "只农村")]
_NUMBER = re.compile(r"[-−]?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{0,8})?")


class NumberField(Typed):
    """A number as typed, full width and thousands separators read; None where nothing was."""

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> Decimal:
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        if not _NUMBER.fullmatch(plain):
            raise ValidationError("写成数字，如 800 或 800.50")
        return Decimal(plain.replace(",", "").replace("−", "-"))


class ComingDayField(DayField):
    """A day that may lie ahead; the act holds it to its range and names it."""

    def __init__(self, label: str, *, missing: str) -> None:
        super().__init__(label, missing=missing)
        self.first = date(1, 1, 1)


class DraftForm(forms.Form):
    """A new value of one target."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    county = forms.ChoiceField(label="县（市、区）", error_messages={"required": "选择县", "invalid_choice": "选择县"})
    value = NumberField("数值")
    ends = forms.BooleanField(label="从执行日起废止，不再有这个参数", required=False)
    area = forms.ChoiceField(
        label="适用范围", choices=AREAS, required=False, error_messages={"invalid_choice": "选范围"}
    )
    name = forms.CharField(
        label="类别",
        required=False,
        max_length=LONGEST_NAME,
        help_text="哪一类人，或哪一档",
        error_messages={"max_length": f"类别最多 {LONGEST_NAME} 字", **UNSEEN},
    )
    for_year = forms.IntegerField(
        label="哪一年的", required=False, widget=forms.TextInput, error_messages={"invalid": "写成四位年份，如 2026"}
    )
    effective_from = ComingDayField("执行日期", missing="填写执行日期")
    document_number = forms.CharField(
        label="文号",
        max_length=LONGEST_NUMBER,
        error_messages={"required": "填写文号", "max_length": f"文号最多 {LONGEST_NUMBER} 字", **UNSEEN},
    )
    scan = forms.FileField(
        label="文件扫描件",
        required=False,
        allow_empty_file=True,
        help_text="PDF、JPG 或 PNG，最大 10 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"invalid": "扫描件没有收到，重新选择"},
    )
    reason = words("理由", most=LONGEST_REASON, help_text="低于底线或原标准的必填")

    def __init__(self, *args: Any, target: Target, user: User, counties: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.user = target, user
        county: Any = self.fields["county"]
        county.choices = [(one.code, one.name) for one in counties]
        county.initial = counties[0].code
        if len(counties) == 1:
            county.widget = forms.HiddenInput()
        self.fields["key"].initial = uuid.uuid4()
        self.fields[
            "value"
        ].label = f"{'金额' if target.kind == Kind.FIGURE else '数值'}（{target.unit.strip('（）')}）"
        self.fields["value"].widget.attrs["inputmode"] = "decimal"
        self._drop_what_it_has_not()

    def _drop_what_it_has_not(self) -> None:
        key = self.target.key
        dropped = {
            "ends": key is None,
            "area": key is None,
            "name": key is None or not key.is_named,
            "for_year": not self.target.by_year,
        }
        for field, is_dropped in dropped.items():
            if is_dropped:
                del self.fields[field]

    def clean_scan(self) -> StoredDocument | None:
        """Kept as soon as it can be read, so that a form come back with an error need not ask for it again."""
        sent: object = self.cleaned_data.get("scan")
        if not isinstance(sent, UploadedFile):
            return self._kept_before()
        if (sent.size or 0) > scans.MOST_BYTES:
            raise ValidationError("扫描件最大 10 MB")
        try:
            return scans.keep(sent.read())
        except Invalid as wrong:
            raise ValidationError(wrong.message) from wrong

    def _kept_before(self) -> StoredDocument | None:
        """The scan this very user sent with an earlier answer of this form; nobody else's mark opens it."""
        try:
            sha256 = signing.loads(self.data.get("kept", ""), salt=self._salt, max_age=86_400)
        except signing.BadSignature:
            return None
        return StoredDocument.objects.filter(pk=sha256).first()

    @property
    def _salt(self) -> str:
        return f"standard-scan-{self.user.pk}"

    @property
    def kept_scan(self) -> StoredDocument | None:
        return getattr(self, "cleaned_data", {}).get("scan")

    @property
    def mark(self) -> str:
        """What the page carries in the scan's stead."""
        return signing.dumps(self.kept_scan.sha256, salt=self._salt) if self.kept_scan else ""

    def proposal(self) -> Proposal:
        """What was typed, for the act to judge."""
        said, target = self.cleaned_data, self.target
        return Proposal(
            region_code=said["county"],
            kind=target.kind,
            measure=target.measure,
            programme=target.programme,
            area=target.area if target.kind == Kind.FIGURE else said["area"],
            name=said.get("name", ""),
            value=None if said.get("ends") else said["value"],
            effective_from=said["effective_from"],
            for_year=said.get("for_year"),
            document_number=said["document_number"],
            reason=said["reason"],
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        ends = said.get("ends", False)
        if "value" in said and said["value"] is None and not ends:
            self.add_error("value", "填写金额" if self.target.kind == Kind.FIGURE else "填写数值")
        if ends and said.get("value") is not None:
            self.add_error("value", "废止的不填数值")
        return said

    def begin_anew(self, sentence: str) -> None:
        """What was typed stays, as another form: the next time it is sent it is a draft of its own."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "key": str(uuid.uuid4())}
        self.add_error(None, sentence)


class ReturnForm(forms.Form):
    """Why a draft is returned."""

    reason = words("退回理由", most=LONGEST_REASON, required="写明退回理由")


def drafting_counties(user: User) -> list[Region]:
    """Where this user may draft."""
    return [
        post.region
        for post in access.held(user)
        if Permission.DRAFT_STANDARD in post.permissions and post.region.level == Level.COUNTY
    ]
