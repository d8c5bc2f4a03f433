"""The question as a form in the address: these values instead of those in force, from this day, in this place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from accounts import access, clock
from accounts.errors import Forbidden, Invalid, NotHere
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications import standards_page
from applications.entry.fields import Typed
from applications.entry.widgets import Line
from applications.simulation.running import Question
from eligibility.assess import book
from eligibility.measures import MEASURES
from eligibility.simulate.proposed import Proposed, read_fen
from eligibility.targets import Kind, label_of
from payments.moments import next_month

SIMULATES: Final = frozenset({Permission.DRAFT_STANDARD, Permission.ENFORCE_STANDARD, Permission.VIEW_AUDIT})
"""Who draws a standard up, who puts it in force, and who watches both."""
EARLIEST: Final = date(2012, 1, 1)
AHEAD: Final = timedelta(days=730)
DAY_WRONG: Final = "写成年-月-日，如 2027-01-01"
NOTHING_CHANGED: Final = "至少填一个与现行不同的标准"
_SLOTS: Final = [(one, area) for one in MEASURES.values() for area in one.areas]


def codes() -> list[str]:
    """The addresses' names of every figure that can be proposed: `dibao.standard.rural`."""
    return [".".join(filter(None, (one.programme, one.measure, area))) for one, area in _SLOTS]


def reach(user: User) -> list[Region]:
    """The city or counties the user may ask about, the widest first. Raises Forbidden where there is none."""
    mine = [post.region for post in access.held(user) if SIMULATES & set(post.permissions)]
    counties = {one.code for one in mine if one.level == Level.COUNTY}
    cities = [one for one in mine if one.level == Level.CITY]
    for city in cities:
        counties |= set(Region.objects.filter(parent=city).values_list("code", flat=True))
    if not mine:
        raise Forbidden("新标准测算由县级标准岗位和督导、审计查看")
    return [*dict.fromkeys(cities), *Region.objects.filter(code__in=counties).order_by("code")]


@dataclass(frozen=True)
class InForce:
    """A figure as it is: fen a unit, None where none is known."""

    code: str
    label: str
    fen: int | None


class FenField(Typed):
    """A proposed amount in yuan; None leaves the figure as it is."""

    def __init__(self, label: str, programme: str, measure: str, hint: str) -> None:
        super().__init__(label, widget=Line({"inputmode": "decimal", "class": "n", "maxlength": "20"}))
        self.help_text = hint
        self.slot = (programme, measure)

    def nothing(self) -> None:
        return None

    def read(self, text: str) -> int:
        try:
            return read_fen(text, programme=self.slot[0], measure=self.slot[1])
        except Invalid as wrong:
            raise ValidationError(wrong.errors["standard"]) from wrong


class AskForm(forms.Form):
    """One field a figure, empty where it stays; the day; the place where there is a choice."""

    region = forms.ChoiceField(label="范围", required=False)
    on = forms.DateField(
        label="从哪天起",
        help_text="空着是下月 1 日",
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "年-月-日"}),
        error_messages={"invalid": DAY_WRONG},
    )

    def __init__(self, given: Mapping[str, Any], places: Sequence[Region]) -> None:
        self.is_asked = any(str(given.get(code, "")).strip() for code in codes())
        self.today = clock.today()
        given = {**{name: given.get(name, "") for name in given}, "on": given.get("on") or f"{next_month(self.today)}"}
        super().__init__(given)
        self.place = next((one for one in places if one.code == given.get("region")), places[0])
        if given.get("region") and self.place.code != given["region"]:
            raise NotHere
        self.known = {line.code: line for line in standards_page.page(self.place.code, self._day(), book()).lines}
        fields: Any = self.fields
        if len(places) > 1:
            fields["region"].choices = [(one.code, one.name) for one in places]
        else:
            del fields["region"]
        for one, area in _SLOTS:
            code = ".".join(filter(None, (one.programme, one.measure, area)))
            label = label_of(Kind.FIGURE, one.programme, one.measure, area)
            fields[code] = FenField(f"{label}（{one.unit_name}）", one.programme, one.measure, self._hint(code))

    def _day(self) -> date:
        """The day the figures in force are those of: the one asked about, as far as it can be read."""
        try:
            return date.fromisoformat(str(self.data["on"]))
        except ValueError:
            return self.today

    def _hint(self, code: str) -> str:
        fen = self.known[code].value_fen
        return "现在没有" if fen is None else f"现行 {Decimal(fen).scaleb(-2):,.2f}，空着不变"

    def clean_on(self) -> date:
        day: date = self.cleaned_data.get("on") or next_month(self.today)
        if not EARLIEST <= day <= self.today + AHEAD:
            raise ValidationError(f"填 {EARLIEST} 到 {self.today + AHEAD}")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.is_asked and not self.errors and not self.proposed(cleaned):
            raise ValidationError(NOTHING_CHANGED)
        return cleaned

    def proposed(self, cleaned: Mapping[str, Any]) -> tuple[Proposed, ...]:
        """The figures that would be others."""
        return tuple(
            Proposed(one.programme, one.measure, area, cleaned[code])
            for (one, area), code in zip(_SLOTS, codes(), strict=True)
            if cleaned.get(code) is not None and cleaned[code] != self.known[code].value_fen
        )

    def question(self) -> Question | None:
        """What is asked; None where nothing is, or where a field is wrong."""
        if not self.is_asked or not self.is_valid():
            return None
        return Question(self.proposed(self.cleaned_data), self.cleaned_data["on"], self.place.code)

    def before(self, one: Proposed) -> InForce:
        """The figure in force where `one` would stand."""
        code = code_of(one)
        label = label_of(Kind.FIGURE, one.programme, one.measure, one.area)
        return InForce(code, label, self.known[code].value_fen)


def code_of(one: Proposed) -> str:
    return ".".join(filter(None, (one.programme, one.measure, one.area)))


def params(question: Question) -> dict[str, str]:
    """The question as the address and the job keep it: the same question, the same words."""
    values = {code_of(one): f"{one.value_fen // 100}.{one.value_fen % 100:02d}" for one in question.proposed}
    return {"region": question.region, "on": question.on.isoformat(), **values}


def address(question: Question, **more: str) -> str:
    """A link to the same question, narrowed."""
    return f"?{urlencode({**params(question), **more})}"
