"""What the window types about notices. The acts hold the rules; here each field only says what it takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from accounts import clock
from disclosure import lists, objections
from disclosure.models import NoticeEntry, Objection

_LINE = "{label}里有看不见的字符，删去重填"


class Words(forms.CharField):
    """Text with its own sentences: what is missing, how much fits, nothing invisible."""

    def __init__(self, *, missing: str = "", most: int, **kwargs: Any) -> None:
        label = kwargs["label"]
        messages = {
            "required": missing,
            "max_length": f"{label}最多 {most} 字",
            "null_characters_not_allowed": _LINE.format(label=label),
        }
        super().__init__(max_length=most, error_messages=messages, **kwargs)
        for validator in self.validators:
            if isinstance(validator, ProhibitNullCharactersValidator):
                validator.message = messages["null_characters_not_allowed"]


def day(label: str, missing: str) -> forms.DateField:
    shape = f"{label}填如 {clock.today()}"
    return forms.DateField(
        label=label,
        initial=clock.today,
        widget=forms.DateInput(format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": shape},
    )


class PostingForm(forms.Form):
    """A village's list: where the sheet hangs, and since when."""

    place = Words(label="张贴地点", missing="填写张贴地点，如村务公开栏", most=lists.PLACE_LENGTH, initial="村务公开栏")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = day("张贴日", "填写张贴日")

    def clean_on(self) -> Any:
        on, earliest = self.cleaned_data["on"], lists.earliest_posting_day(clock.today())
        if on < earliest:
            raise forms.ValidationError(f"张贴日填 {earliest} 至 {clock.today()}")
        return on


class ObjectionForm(forms.Form):
    """What somebody said, about which family, and when; who, only where they want it known."""

    entry = forms.ModelChoiceField(
        NoticeEntry.objects.none(),
        label="对哪一户",
        empty_label="选择序号",
        error_messages={"required": "选择对哪一户有异议", "invalid_choice": "选择名单上的一户"},
    )
    content = Words(
        label="异议内容",
        missing="填写异议内容",
        most=objections.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = Words(label="提出人", most=objections.NAME_LENGTH, required=False, help_text="不愿留名的空着")

    def __init__(self, *args: Any, entries: list[NoticeEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"] = day("收到日期", "填写收到日期")
        self.order_fields(["entry", "received_on", "name", "content"])
        chosen = self.fields["entry"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = NoticeEntry.objects.filter(pk__in=[entry.pk for entry in entries])
        chosen.choices = [
            ("", "选择序号"),
            *((str(entry.pk), f"{entry.seq} {entry.head or '--'}") for entry in entries),
        ]


class AnswerForm(forms.Form):
    """What came of it."""

    result = forms.ChoiceField(
        label="核实结果",
        choices=Objection.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选择核实结果", "invalid_choice": "选择核实结果"},
    )
    answer = Words(
        label="答复内容",
        missing="填写答复内容",
        most=objections.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明核实了什么、依据什么",
    )
