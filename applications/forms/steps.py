"""One small form per step. Every sentence names the field and says what to do; what was typed stays."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from applications.supplements import LONGEST_LIST
from applications.workflow import LONGEST_NOTE

# Pasted from elsewhere, invisible, and refused by the database.
UNSEEN = {"null_characters_not_allowed": "有看不见的字符，重新输入这一项"}


def words(label: str, *, most: int, rows: int = 2, required: str = "", help_text: str = "") -> forms.CharField:
    """A few lines of text; `required` is the sentence said when it is left empty."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": required, "max_length": f"{label}最多写 {most} 字", **UNSEEN},
    )


class StepForm(forms.Form):
    """What every step carries: the number of the last step its reader had in front of them."""

    seq = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Bare(StepForm):
    """Nothing to say."""


class Noted(StepForm):
    """A remark, if there is one."""

    note = words("说明", most=LONGEST_NOTE, help_text="可不填")


class Reasoned(StepForm):
    """A step that is nothing without its reason."""

    note = words("原因", most=LONGEST_NOTE, required="填写原因，会写进告知书和历史")


class Missing(StepForm):
    """Everything that is missing, told once (57号 art. 10)."""

    missing = words(
        "缺少的材料",
        most=LONGEST_LIST,
        rows=3,
        required="填写缺少的材料，一次写全",
        help_text="只能告知一次，一次写全",
    )


class Brought(StepForm):
    """What was brought later."""

    note = words("补来的材料", most=LONGEST_NOTE, help_text="可不填")


class Seen(StepForm):
    """A decision rests on the assessment that was read (R-16)."""

    seen = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "打开本户看过测算再决定", "invalid": "打开本户看过测算再决定"},
    )


class Confirmed(Seen):
    """Confirm; a remark, if there is one."""

    note = words("说明", most=LONGEST_NOTE, help_text="可不填")


class Refused(Seen):
    """Refuse, with the reason the written notice will give."""

    note = words("不予确认的理由", most=LONGEST_NOTE, rows=3, required="填写理由，会写进书面通知")


class Relative(forms.Form):
    """Somebody in office who is a near relative (57号 art. 11)."""

    name = forms.CharField(
        label="人员姓名",
        max_length=50,
        error_messages={"required": "填写人员姓名", "max_length": "人员姓名最多 50 字", **UNSEEN},
    )
    relation = forms.CharField(
        label="与申请人的关系",
        max_length=20,
        error_messages={"required": "填写与申请人的关系", "max_length": "与申请人的关系最多 20 字", **UNSEEN},
    )
    user = forms.ModelChoiceField(
        label="系统里的账号",
        queryset=User.objects.none(),
        required=False,
        empty_label="没有账号",
        help_text="选了账号，这个人不能再办本户",
        error_messages={"invalid_choice": "从列表里选账号"},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people


class RulingForm(forms.Form):
    """A named person's answer to what the rules leave open."""

    test = forms.CharField(widget=forms.HiddenInput, max_length=24, error_messages=UNSEEN)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    answer = forms.TypedChoiceField(
        label="认定结果",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "选择认定结果", "invalid_choice": "选择认定结果"},
    )
    reason = words("理由", most=300, required="填写认定理由")
    evidence = forms.CharField(
        label="依据材料",
        max_length=300,
        required=False,
        help_text="材料名称和编号",
        error_messages={"max_length": "依据材料最多 300 字", **UNSEEN},
    )

    def __init__(self, *args: Any, most: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [("1", "是"), ("0", "否")] if most == 1 else [(str(n), f"{n} 项") for n in range(most + 1)]
