"""The survey form of A6: who went and when, who was met, what was seen, and every member's income as found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import User
from applications.forms.steps import UNSEEN, StepForm, words
from applications.visits import LONGEST_MET, Correction
from households.means import Income
from households.models import Person
from households.models.facts import IncomeKind

EXTRA_ROWS = 3
_WRONG = {"amount": "金额填 0–9999999.99 的数字", "evidence": "凭据最多写 100 字"}
_CODES = (
    "invalid",
    "min_value",
    "max_value",
    "max_digits",
    "max_whole_digits",
    "max_decimal_places",
    "max_length",
    *UNSEEN,
)
DATE_WRONG = "入户日期写成年-月-日"


class VisitForm(StepForm):
    """What the first surveyor writes down."""

    visited_on = forms.DateField(
        label="入户日期",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d"),
        error_messages={"required": "填写入户日期", "invalid": DATE_WRONG},
    )
    second = forms.ModelChoiceField(
        label="第二调查人",
        queryset=User.objects.none(),
        empty_label="选一位",
        help_text="须两人入户，由其本人登录确认",
        error_messages={"required": "选第二调查人", "invalid_choice": "第二调查人从列表里选"},
    )
    met = forms.CharField(
        label="在场家庭成员",
        max_length=LONGEST_MET,
        error_messages={"required": "填写在场的家庭成员", "max_length": f"在场成员最多写 {LONGEST_MET} 字", **UNSEEN},
    )
    is_consistent = forms.TypedChoiceField(
        label="与申报是否一致",
        choices=[("1", "一致"), ("0", "不一致")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "选择一致或不一致", "invalid_choice": "选择一致或不一致"},
    )
    text = words(
        "调查情况",
        most=4000,
        rows=6,
        required="填写调查情况",
        help_text="居住、劳动、收入、财产、赡养和邻里反映",
    )

    def __init__(self, *args: Any, team: Any, since: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["second"]
        field.queryset = team
        self.since, self.today = since, today

    def clean_visited_on(self) -> date:
        day: date = self.cleaned_data["visited_on"]
        if not self.since <= day <= self.today:
            raise forms.ValidationError(f"入户日期填 {self.since} 至 {self.today}")
        return day


class IncomeRowForm(forms.Form):
    """One source of one member's income; a row without a kind is no row."""

    person = forms.ChoiceField(label="谁", required=False)
    kind = forms.ChoiceField(label="哪一项", required=False, choices=[("", "--"), *IncomeKind.choices])
    amount = forms.DecimalField(
        label="金额（元）",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal("9999999.99"),
        decimal_places=2,
        max_digits=9,
        widget=forms.TextInput,
    )
    per = forms.ChoiceField(label="周期", required=False, choices=[("month", "每月"), ("year", "每年")])
    evidence = forms.CharField(label="凭据", required=False, max_length=100)

    def __init__(self, *args: Any, people: list[tuple[str, str]], place: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [("", "--"), *people]
        self.place = place
        for name, row_field in self.fields.items():
            wrong = _WRONG.get(name, "从列表里选")
            row_field.error_messages = dict.fromkeys([*row_field.error_messages, *_CODES], f"第 {place} 行{wrong}")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("kind"):
            if cleaned.get("amount"):
                self.add_error("kind", f"第 {self.place} 行选哪一项收入")
            return cleaned
        if not cleaned.get("person"):
            self.add_error("person", f"第 {self.place} 行选是谁的收入")
        if cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", f"第 {self.place} 行填金额，没有就清空项目")
        return cleaned


class BaseIncomeSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Every member's incomes as the visit found them, starting from what is on file."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "missing_management_form": "收入表没有传全，刷新本页再填",
        "too_many_forms": "收入表最多 200 行",
    }

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        self.people = people
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        names = [(str(person.pk), person.name) for person in self.people]
        return {**super().get_form_kwargs(index), "people": names, "place": (index or 0) + 1}

    def found(self) -> dict[UUID, tuple[Income, ...]]:
        """Each member's incomes by what the valid rows say; nobody is left out."""
        by_person: dict[str, list[Income]] = defaultdict(list)
        for form in self.forms:
            row = form.cleaned_data
            if row.get("kind"):
                fen = int(row["amount"] * 100)
                by_person[row["person"]].append(Income(row["kind"], fen, row["per"] or "month", row["evidence"]))
        return {person.pk: tuple(by_person[str(person.pk)]) for person in self.people}


IncomeSet = forms.formset_factory(IncomeRowForm, formset=BaseIncomeSet, extra=EXTRA_ROWS, max_num=200, absolute_max=300)


def initial_rows(people: list[Person], incomes: list[tuple[Income, ...]]) -> list[dict[str, Any]]:
    """What is on file, as the grid shows it first."""
    return [
        {
            "person": str(person.pk),
            "kind": income.kind,
            "amount": _yuan(income.amount_fen),
            "per": income.per,
            "evidence": income.evidence,
        }
        for person, theirs in zip(people, incomes, strict=True)
        for income in theirs
    ]


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else (Decimal(fen) / 100).quantize(Decimal("0.01"))


def corrections(
    before: dict[UUID, tuple[Income, ...]], found: dict[UUID, tuple[Income, ...]]
) -> tuple[Correction, ...]:
    """Whoever's incomes are not what was on file, with the whole of what was found."""

    def key(incomes: tuple[Income, ...]) -> list[tuple[str, int | None, str]]:
        return sorted((i.kind, i.amount_fen, i.per) for i in incomes if i.amount_fen is not None or i.kind)

    return tuple(Correction(pk, incomes) for pk, incomes in found.items() if _differs(before.get(pk, ()), incomes, key))


def _differs(before: tuple[Income, ...], after: tuple[Income, ...], key: Any) -> bool:
    if any(income.amount_fen is None for income in before):
        return True
    return bool(key(before) != key(after))
