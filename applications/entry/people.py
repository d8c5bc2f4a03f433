"""The forms of people: the applicant, a member in the grid, somebody outside who owes support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from applications.entry import choices as of
from applications.entry.fields import (
    MOST_FEN,
    CountField,
    DayField,
    LineField,
    NameField,
    NumberField,
    PhoneField,
    PickField,
    TickField,
    YuanField,
)
from applications.entry.forms import Page, Row, Setting
from households.identity import ADULT, IdentityError, age_on, check_sex, read_id_number, read_other_document

INVENTED_AREA = "371599"  # demonstration people: an area code the state never assigned


def is_invented(number: str) -> bool:
    """A demonstration person's number; in production it is one of no known area."""
    return number.startswith(INVENTED_AREA) and settings.AID_MODE != "production"


class Person(Page):
    """Who somebody is by the papers; the birthday and the sex come from the number wherever it tells them."""

    name = NameField("姓名", missing="填写姓名，和证件一致")
    id_number = NumberField()
    id_kind = PickField("证件种类", of.ID_KINDS, skipped=True, marks={"data-of": "papers"})
    id_reason = PickField("证件说明", of.ID_REASONS, skipped=True, marks={"data-of": "papers"})
    birth_date = DayField("出生日期", skipped=True, marks={"data-of": "papers"})
    sex = PickField("性别", of.SEXES, skipped=True, marks={"data-of": "papers"})
    consents = TickField("核对授权书")

    field_order = ("relation", "id_number", "name", "monthly_income")  # as on the page
    number_needed = True

    def __init__(self, typed: Mapping[str, Any], setting: Setting, **more: Any) -> None:
        super().__init__(typed, setting, **more)
        day = self.fields["birth_date"]
        assert isinstance(day, DayField)
        day.last = setting.on

    def clean(self) -> None:
        kind = self.cleaned_data.get("id_kind") or "resident"
        number = self.cleaned_data.get("id_number", "")
        self.cleaned_data["id_kind"] = kind
        self.cleaned_data["id_number"] = None
        try:
            if kind == "none" or (not number and not self.number_needed):
                self.cleaned_data["id_kind"] = "none"
            elif kind == "resident":
                self._read_resident(number)
            else:
                self._read_other(kind, number)
        except IdentityError as refused:
            field = {"reason": "id_reason", "sex": "sex"}.get(refused.code, "id_number")
            self.refuse(field, refused.message)
        if self.number_needed:
            self._need_birth(kind)

    def _read_resident(self, text: str) -> None:
        read = read_id_number(text, on=self.setting.on)
        if recorded := self.cleaned_data.get("sex"):
            check_sex(read, recorded)
        self.cleaned_data |= {"id_number": read.number, "birth_date": read.birth_date, "sex": read.sex}
        if read.area_known is False and not is_invented(read.number) and not self.cleaned_data.get("id_reason"):
            self.refuse("id_reason", "前 6 位查不到地区，选择证件说明")

    def _read_other(self, kind: str, text: str) -> None:
        reason = dict(of.ID_REASONS).get(self.cleaned_data.get("id_reason", ""), "")
        read = read_other_document(kind, text, reason=reason, on=self.setting.on)
        self.cleaned_data["id_number"] = read.number
        if read.birth_date:
            self.cleaned_data |= {"birth_date": read.birth_date, "sex": read.sex}

    def _need_birth(self, kind: str) -> None:
        """A document that tells no birthday needs it typed."""
        if kind == "resident" or "id_number" in self.errors:
            return
        if not self.cleaned_data.get("birth_date"):
            self.refuse("birth_date", "填写出生日期，证件号里没有")
        if not self.cleaned_data.get("sex"):
            self.refuse("sex", "选择性别，证件号里没有")

    @property
    def birth(self) -> date | None:
        born: date | None = self.read.get("birth_date")
        return born

    @property
    def age(self) -> int | None:
        """Full years on the day of typing; None where the birthday is not known."""
        born = self.birth
        return age_on(born, self.setting.on) if born and born <= self.setting.on else None

    @property
    def sex_word(self) -> str:
        return {"M": "男", "F": "女"}.get(self.read.get("sex") or "", "")

    @property
    def called(self) -> str:
        """The name as typed, or which row it is."""
        return self.text("name").strip()[:20] or self.subject.strip()

    @property
    def has_details(self) -> bool:
        """Whether anything beyond the ordinary was said, or is wrong there."""
        special = [name for name, field in self.fields.items() if "data-of" in field.widget.attrs]
        return any(self.text(name) or name in self.errors for name in special)

    @property
    def signs(self) -> bool:
        """Whether an authorisation is asked of this row now."""
        return not (isinstance(self, Row) and self.is_blank) and self.needs_consent

    @property
    def needs_consent(self) -> bool:
        """Adults give their own authorisation (社会救助法 art. 40, 41); of unknown age, it is asked for."""
        return self.age is None or self.age >= ADULT


class Member(Person):
    """One of the people who live together, with the circumstances the rules read."""

    disability_kind = PickField("残疾类别", of.DISABILITY, skipped=True, marks={"data-of": "disability"})
    disability_grade = PickField("残疾等级", of.GRADES, skipped=True, marks={"data-of": "disability"})
    major_illness = PickField("重特大疾病", of.YES_NO, skipped=True, marks={"data-of": "illness"})
    student = PickField("就学", of.STUDENT, skipped=True, marks={"data-of": "student"})
    absence = PickField("不计入原因", of.ABSENCE, skipped=True, marks={"data-of": "absence"})
    self_care_failed = CountField("自理未达到项数", most=6, skipped=True, marks={"data-of": "care"})
    health = PickField("健康状况", of.HEALTH, skipped=True, marks={"data-of": "work"})
    work = PickField("劳动能力", of.WORK, skipped=True, marks={"data-of": "work"})
    lives_elsewhere = TickField("不在一起生活", skipped=True, marks={"data-of": "away"})
    prior = PickField("正在享受", of.PRIOR, skipped=True, marks={"data-of": "prior"})

    def clean(self) -> None:
        super().clean()
        needs_both(self)


class Applicant(Member):
    """② The applicant, who is the head."""

    phone = PhoneField()
    no_phone = TickField("无手机", marks={"data-unless": "a-phone"})
    hukou_address = LineField("户籍地址", most=200, skipped=True)
    home_address = LineField("居住地址", most=200, skipped=True)

    subject = "申请人"
    key = "a"
    number = 1

    def __init__(self, typed: Mapping[str, Any], setting: Setting) -> None:
        super().__init__(typed, setting, prefix=self.key)

    def clean(self) -> None:
        super().clean()
        phone, none = self.cleaned_data.get("phone"), self.cleaned_data.get("no_phone")
        if not phone and not none and "phone" not in self.errors:
            self.refuse("phone", "填写户主手机号，没有就勾“无手机”")
        if phone and none:
            self.refuse("no_phone", "手机号和“无手机”只留一项")


class HouseholdMember(Member, Row):
    """③ A member beside the head."""

    relation = PickField("关系", of.RELATIONS, missing="选择关系")

    def name_row(self, number: int) -> str:
        return f"第 {number} 人"


class Obligor(Person, Row):
    """④ Somebody outside the household who owes it support; number and income may stay unknown."""

    relation = PickField("关系", of.RELATIONS, missing="选择关系")
    monthly_income = YuanField("月收入", most_fen=MOST_FEN)
    receives = PickField("正在享受", of.RECEIVES, skipped=True, marks={"data-of": "receives"})
    disability_kind = PickField("残疾类别", of.DISABILITY, skipped=True, marks={"data-of": "disability"})
    disability_grade = PickField("残疾等级", of.GRADES, skipped=True, marks={"data-of": "disability"})
    status = PickField("状况", of.STATUS, skipped=True, marks={"data-of": "status"})
    assets = PickField("财产情况", of.WITHIN, skipped=True, marks={"data-of": "assets"})

    number_needed = False

    def name_row(self, number: int) -> str:
        return f"义务人 {number} "

    def clean(self) -> None:
        super().clean()
        needs_both(self)


def needs_both(form: Page) -> None:
    """A disability has its kind and its grade (GB/T 26341-2010)."""
    kind, grade = form.cleaned_data.get("disability_kind"), form.cleaned_data.get("disability_grade")
    if kind and not grade:
        form.refuse("disability_grade", "选择残疾等级")
    if grade and not kind:
        form.refuse("disability_kind", "选择残疾类别")
