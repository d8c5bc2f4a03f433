"""Fields that read what a clerk types and say in one short sentence what is wrong (R-50, R-51, R-57…R-59).

What was typed always stays in the control; a field returns its meaning: fen, days, whole numbers, normalised text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications.entry.widgets import Box, Choice, Line
from households.identity import squeeze
from households.names import LONGEST_NAME, NameRefused, read_name

Marks = Mapping[str, str] | None  # data attributes the scripts go by
MOST_FEN = 9_999_999
MOST_FEN_A_YEAR = 99_999_999
MOST_DEPOSIT_FEN = 9_999_999_999
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_YUAN = re.compile(r"(?P<minus>[-−])?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.(?P<cents>[0-9]*))?")


class Typed(forms.CharField):
    """Text as typed, stripped; "" where nothing was. Subclasses read it."""

    def __init__(self, label: str, *, widget: forms.Widget | None = None, missing: str = "") -> None:
        super().__init__(label=label, required=False, widget=widget or Line(), strip=False)
        self.validators = []
        self.called = label
        self.missing = missing

    def to_python(self, value: Any) -> Any:
        text = "" if value is None else str(value)
        if not text.strip():
            if self.missing:
                raise ValidationError(self.missing)
            return self.nothing()
        return self.read(text)

    def nothing(self) -> Any:
        return ""

    def read(self, text: str) -> Any:
        return text


class LineField(Typed):
    """One line of free text up to `most` characters, without control or direction marks."""

    def __init__(self, label: str, *, most: int, missing: str = "", skipped: bool = False, marks: Marks = None) -> None:
        super().__init__(label, widget=Line(dict(marks or {}), skipped=skipped), missing=missing)
        self.most = most

    def read(self, text: str) -> str:
        line = unicodedata.normalize("NFC", text).strip()
        if any(unicodedata.category(c) in _HIDDEN for c in line):
            raise ValidationError(f"{self.called}里有看不见的字符，清空后重输")
        if len(line) > self.most:
            raise ValidationError(f"{self.called}最多 {self.most} 字，现有 {len(line)} 字")
        return line


class NameField(Typed):
    """A person's name as it is stored (民委发〔2016〕33号)."""

    def __init__(self, label: str = "姓名", *, missing: str = "", skipped: bool = False) -> None:
        attrs = {"data-name": "", "maxlength": str(LONGEST_NAME * 2)}
        super().__init__(label, widget=Line(attrs, skipped=skipped), missing=missing)

    def read(self, text: str) -> str:
        try:
            return read_name(text)
        except NameRefused as refused:
            raise ValidationError(refused.message) from None


class NumberField(Typed):
    """An identity number as typed, squeezed; the form judges it by the kind of document."""

    def __init__(self, label: str = "证件号码") -> None:
        super().__init__(label, widget=Line({"data-id-number": "", "maxlength": "30", "inputmode": "text"}))

    def read(self, text: str) -> str:
        return squeeze(text)


class PhoneField(Typed):
    """Eleven digits; spaces, dashes, full-width digits and +86 are taken off."""

    def __init__(self) -> None:
        super().__init__("手机号码", widget=Line({"data-phone": "", "inputmode": "numeric", "maxlength": "20"}))

    def read(self, text: str) -> str:
        digits = squeeze(text).removeprefix("+86")
        if not re.fullmatch(r"1[0-9]{10}", digits):
            raise ValidationError("手机号是 11 位数字，以 1 开头")
        return digits


class YuanField(Typed):
    """Yuan as typed into integer fen; None where nothing is typed, which is not zero."""

    def __init__(self, label: str = "金额", *, most_fen: int = MOST_FEN_A_YEAR, marks: Marks = None) -> None:
        super().__init__(label, widget=Line({"inputmode": "decimal", "class": "n", "maxlength": "20", **(marks or {})}))
        self.most_fen = most_fen

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> int:
        return read_yuan(text, self.called, self.most_fen)


def read_yuan(text: str, label: str, most_fen: int) -> int:
    """Fen of an amount typed in yuan. Raises ValidationError naming the range or the decimals."""
    plain = unicodedata.normalize("NFKC", text).replace("，", ",").replace("。", ".").strip()
    match = _YUAN.fullmatch(plain)
    beyond = ValidationError(f"{label}填 0–{most_fen // 100}.{most_fen % 100:02d} 的数字")
    if match is None or match["minus"]:
        raise beyond
    if len(match["cents"] or "") > 2:
        raise ValidationError(f"{label}最多两位小数")
    fen = int(Decimal(plain.replace(",", "")) * 100)
    if fen > most_fen:
        raise beyond
    return fen


class CountField(Typed):
    """A whole number from 0; None where nothing is typed."""

    def __init__(
        self, label: str, *, most: int = 99, least: int = 0, skipped: bool = False, marks: Marks = None
    ) -> None:
        kept = {"inputmode": "numeric", "maxlength": "10", **(marks or {})}
        super().__init__(label, widget=Line(kept, skipped=skipped))
        self.least, self.most = least, most

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> int:
        plain = unicodedata.normalize("NFKC", text).strip()
        if not re.fullmatch(r"[0-9]{1,6}", plain) or not self.least <= int(plain) <= self.most:
            raise ValidationError(f"{self.called}填 {self.least}–{self.most} 的整数")
        return int(plain)


class MultipleField(Typed):
    """A multiple of the standard, at most two decimals; None where nothing is typed."""

    def __init__(self, label: str, *, least: Decimal, most: Decimal) -> None:
        super().__init__(label, widget=Line({"inputmode": "decimal", "class": "n", "maxlength": "10"}))
        self.least, self.most = least, most

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> Decimal:
        plain = unicodedata.normalize("NFKC", text).strip()
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", plain) or not self.least <= Decimal(plain) <= self.most:
            raise ValidationError(f"{self.called}填 {self.least}–{self.most} 的数字")
        return Decimal(plain)


class DayField(Typed):
    """A day as 2026-11-23, 20261123, 2026.11.23, 2026/11/23 or 2026年11月23日, from `first` to the day of typing."""

    def __init__(self, label: str, *, missing: str = "", skipped: bool = False, marks: Marks = None) -> None:
        kept = {"inputmode": "numeric", "maxlength": "20", "placeholder": "年-月-日", **(marks or {})}
        super().__init__(label, widget=Line(kept, skipped=skipped), missing=missing)
        self.first, self.last = date(1900, 1, 1), date(9999, 12, 31)

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> date:
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        match = re.fullmatch(r"([0-9]{4})(?:[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))", plain)
        wrong = ValidationError(f"{self.called}填 {self.first} 到今天")
        if match is None:
            raise wrong
        year, month, day, month2, day2 = match.groups()
        try:
            read = date(int(year), int(month or month2), int(day or day2))
        except ValueError:
            raise ValidationError(f"{self.called}没有这一天，对照材料核对") from None
        if not self.first <= read <= self.last:
            raise wrong
        return read


class PickField(forms.ChoiceField):
    """One of numbered choices; "" where none is picked."""

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        missing: str = "",
        skipped: bool = False,
        blank: str = "",
        marks: Marks = None,
    ) -> None:
        self.blank = blank
        super().__init__(
            label=label,
            choices=[("", blank), *choices],
            required=bool(missing),
            widget=Choice(dict(marks or {}), skipped=skipped),
            error_messages={"required": missing, "invalid_choice": f"{label}按列出的选项选"},
        )

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Put in the choices that depend on who types or on what is typed."""
        self.choices = [("", self.blank), *choices]


class TickField(forms.BooleanField):
    """A box."""

    def __init__(self, label: str, *, skipped: bool = False, marks: Marks = None) -> None:
        super().__init__(label=label, required=False, widget=Box(dict(marks or {}), skipped=skipped))
