"""The forms of the entry page: one a block, one a row. Only the fields written here are ever read (R-35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from applications.entry import choices as of
from applications.entry.fields import (
    MOST_DEPOSIT_FEN,
    MOST_FEN,
    CountField,
    DayField,
    LineField,
    MultipleField,
    NameField,
    PickField,
    Typed,
    YuanField,
)
from eligibility.programmes import Programme
from payments.accounts_check import AccountRefused, read_account

OLDEST_RECEIPT = timedelta(days=365)


@dataclass(frozen=True)
class Setting:
    """What every form of one page shares: the day it is typed, and whether its mistakes are to be shown."""

    on: date
    is_judged: bool


class Page(forms.Form):
    """A form that is always bound to what was typed; unjudged, it shows that and finds no fault yet."""

    use_required_attribute = False
    subject = ""

    def __init__(self, typed: Mapping[str, Any], setting: Setting, *, prefix: str | None = None) -> None:
        super().__init__(typed, prefix=prefix)
        self.setting = setting

    def full_clean(self) -> None:
        super().full_clean()
        found: ErrorDict = self.errors
        for sentences in found.values():
            sentences.data = [forms.ValidationError(about(self.subject, str(one))) for one in sentences]
        if not self.setting.is_judged:
            self._errors = ErrorDict()

    @property
    def read(self) -> dict[str, Any]:
        """What could be read, field by field; a field in error is absent."""
        self.is_valid()  # reads everything, once
        return self.cleaned_data

    def text(self, name: str) -> str:
        """What stands in the control."""
        return str(self[name].value() or "")

    def refuse(self, name: str, sentence: str) -> None:
        """From inside `clean`: one sentence a control is enough."""
        if name not in self.errors:
            self.add_error(name, sentence)

    def blame(self, name: str, sentence: str) -> None:
        """From outside, after reading: what only the whole page shows."""
        if name not in self.errors:
            self.add_error(name, about(self.subject, sentence))


def about(subject: str, sentence: str) -> str:
    """The sentence with whom or which row it is about, where a summary must tell rows apart."""
    if not subject or subject.strip() in sentence or "户主" in sentence:
        return sentence
    for verb in ("填写", "选择", "写明"):
        if sentence.startswith(verb):
            return f"{verb}{subject}{sentence.removeprefix(verb)}"
    return f"{subject}{'证件号' if sentence.startswith('第 18 位') else ''}{sentence}"


class ReceptionForm(Page):
    """① 受理."""

    programme = PickField("事项", [(i.code, i.label) for i in of.ITEMS], missing="选择申请的事项")
    village = PickField("村（社区）", missing="选择申请人所在的村")
    received_on = DayField("受理日期", missing="填写受理日期")
    area = PickField("城乡", of.AREAS, skipped=True)
    channel = PickField("来件方式", of.CHANNELS, skipped=True)
    agent_name = NameField("代办人", skipped=True)

    def __init__(self, typed: Mapping[str, Any], setting: Setting, villages: list[tuple[str, str]]) -> None:
        super().__init__(typed, setting)
        self.fields["village"].offer(villages)  # type: ignore[attr-defined]
        day = self.fields["received_on"]
        assert isinstance(day, DayField)
        day.first, day.last = setting.on - OLDEST_RECEIPT, setting.on

    @property
    def item(self) -> of.Item | None:
        return of.BY_CODE.get(self.read.get("programme", ""))

    def clean(self) -> None:
        item = of.BY_CODE.get(self.cleaned_data.get("programme", ""))
        if item and item.area:
            self.cleaned_data["area"] = item.area
        elif item and not self.cleaned_data.get("area"):
            self.refuse("area", "选择城市或农村")


class Row(Page):
    """A row of an editable table; a blank one does not count."""

    def __init__(self, typed: Mapping[str, Any], setting: Setting, *, prefix: str, number: int) -> None:
        super().__init__(typed, setting, prefix=prefix)
        self.number = number
        self.subject = self.name_row(number)

    def name_row(self, number: int) -> str:
        return f"第 {number} 项"

    @property
    def key(self) -> str:
        """What other parts of the page call this row."""
        return str(self.prefix)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen in it."""
        return not any(self.text(name).strip() for name in self.fields)

    def full_clean(self) -> None:
        if self.is_blank:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()


class IncomeForm(Row):
    """One kind of money coming in, or a deduction. An empty amount is unknown, never zero."""

    kind = PickField("收入种类", of.INCOME, missing="选择收入种类")
    owner = PickField("归谁", missing="选择归谁", marks={"data-owner": ""})
    amount = YuanField("金额", marks={"data-amount": ""})
    per = PickField("每月或每年", of.PERIODS, marks={"data-per": ""})
    evidence = LineField("凭据", most=100, skipped=True)

    def __init__(
        self, typed: Mapping[str, Any], setting: Setting, *, prefix: str, number: int, owners: list[tuple[str, str]]
    ) -> None:
        super().__init__(typed, setting, prefix=prefix, number=number)
        self.fields["owner"].offer(owners)  # type: ignore[attr-defined]

    @property
    def month(self) -> int | None:
        """The row as fen a month, nearest fen; None where it is unknown."""
        amount, per = self.read.get("amount"), self.read.get("per")
        if amount is None or not per:
            return None
        fen: int = amount if per == "month" else (2 * amount + 12) // 24
        return fen

    def clean(self) -> None:
        amount, per = self.cleaned_data.get("amount"), self.cleaned_data.get("per")
        if amount is not None and not per:
            self.refuse("per", "选择每月还是每年")
        if amount is not None and per == "month" and amount > MOST_FEN:
            self.refuse("amount", f"金额每月填 0–{MOST_FEN // 100}.{MOST_FEN % 100:02d} 的数字")


class AssetsForm(Page):
    """④ What the household owns, why it is in hardship, and for temporary aid how many times the standard."""

    houses = CountField("住房（处）")
    vehicles = CountField("机动车（辆）")
    deposit = YuanField("存款（元）", most_fen=MOST_DEPOSIT_FEN)
    hardship = PickField("困难原因", of.HARDSHIP)
    need_multiple = MultipleField("救助倍数", least=Decimal("0.01"), most=Decimal("99.99"))
    recipient = PickField("受助人", skipped=True)

    def __init__(
        self, typed: Mapping[str, Any], setting: Setting, *, item: of.Item | None, owners: list[tuple[str, str]]
    ) -> None:
        super().__init__(typed, setting)
        self.item = item
        self.fields["recipient"].offer(owners)  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.item and self.item.programme is Programme.TEMPORARY and self.cleaned_data.get("need_multiple") is None:
            self.refuse("need_multiple", "填写救助倍数，城市低保标准的几倍")


class AccountForm(Page):
    """⑤ Where the money goes; all of it may come later, but half of it is a mistake (R-51)."""

    account_kind = PickField("账户种类", of.ACCOUNT_KINDS)
    bank = LineField("开户行", most=60, marks={"data-skip": "unless"})
    account_number = Typed("账号")
    holder_name = NameField("户名", skipped=True)
    holder_reason = LineField("户名不同的原因", most=100)

    def __init__(self, typed: Mapping[str, Any], setting: Setting, *, payee: str) -> None:
        super().__init__(typed, setting)
        self.payee = payee
        self.fields["account_number"].widget.attrs |= {
            "data-account": "",
            "inputmode": "numeric",
            "maxlength": "40",
        }

    def clean(self) -> None:
        number = self.cleaned_data.get("account_number", "")
        if not number:
            return
        kind = self.cleaned_data.get("account_kind")
        if not kind:
            self.refuse("account_kind", "选择社保卡或存折")
        else:
            self._read_number(kind, number)
        if not self.cleaned_data.get("bank"):
            self.refuse("bank", "填写开户行")
        self._check_holder()

    def _read_number(self, kind: str, number: str) -> None:
        try:
            self.cleaned_data["account_number"] = read_account("card" if kind == "card" else "passbook", number)
        except AccountRefused as refused:
            self.refuse("account_number", refused.message)

    def _check_holder(self) -> None:
        holder = self.cleaned_data.get("holder_name") or self.payee
        self.cleaned_data["holder_name"] = holder
        if self.payee and holder != self.payee and not self.cleaned_data.get("holder_reason"):
            self.refuse("holder_reason", "户名不是领款人，写明原因")
