"""The query bar of the worklist and of all cases: the address holds the view."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q

from accounts.access import Held, held
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications.models import State
from eligibility.programmes import Programme

_BUILT = (Programme.DIBAO, Programme.EDGE, Programme.DIBAO_SINGLE, Programme.TEKUN, Programme.TEMPORARY)
DATE_WRONG = "写成年-月-日，如 2026-11-23"


class DayField(forms.DateField):
    """A day typed as 2026-11-23."""

    def __init__(self, label: str) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "年-月-日"})
        super().__init__(
            label=label,
            required=False,
            widget=widget,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": DATE_WRONG},
        )


class CaseFilter(forms.Form):
    """Programme, place, state and the days an application came in; a wrong value is said and filters nothing."""

    programme = forms.ChoiceField(label="事项", required=False)
    place = forms.ChoiceField(label="村（社区）", required=False)
    state = forms.ChoiceField(label="步骤", required=False)
    since = DayField("收到日期 起")
    until = DayField("收到日期 止")

    def __init__(self, given: Any, user: User, states: list[State]) -> None:
        super().__init__(given)
        fields: Any = self.fields
        fields["programme"].choices = [("", "全部事项"), *[(p.value, p.label) for p in _BUILT]]
        label, choices = places(user)
        fields["place"].label = label
        fields["place"].choices = choices
        fields["state"].choices = [("", "全部步骤"), *[(s.value, s.label) for s in states]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "止日不早于起日")
        return cleaned

    def condition(self) -> Q:
        """The filter of matters the valid fields ask for."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        condition = Q()
        if "programme" in chosen:
            condition &= Q(programme=chosen["programme"])
        if "place" in chosen:
            condition &= Q(region__code__startswith=prefix_of(chosen["place"]))
        if "state" in chosen:
            condition &= Q(state=chosen["state"])
        if "since" in chosen:
            condition &= Q(application__submitted_on__gte=chosen["since"])
        if "until" in chosen:
            condition &= Q(application__submitted_on__lte=chosen["until"])
        return condition


def prefix_of(code: str) -> str:
    """The digits every code beneath begins with; of a village all twelve."""
    for digits in (4, 6, 9):
        if code[digits:].strip("0") == "":
            return code[:digits]
    return code


_LABELS = {Level.CITY: "县", Level.COUNTY: "乡镇", Level.TOWNSHIP: "村（社区）", Level.VILLAGE: "村（社区）"}
_WHOLE = {Level.CITY: "全市", Level.COUNTY: "全县", Level.TOWNSHIP: "全镇", Level.VILLAGE: "本村"}


def places(user: User) -> tuple[str, list[tuple[str, str]]]:
    """One level below where the user's widest post is held; several posts at one level share the list."""
    posts = [post for post in held(user) if Permission.VIEW_CASE in post.permissions]
    if not posts:
        return "村（社区）", [("", "全部")]
    order = list(Level)
    widest: Held = min(posts, key=lambda post: order.index(Level(post.region.level)))
    level = Level(widest.region.level)
    codes = tuple(sorted(post.region.code for post in posts if post.region.level == level))
    below = _children(codes) if level != Level.VILLAGE else tuple((p.region.code, p.region.name) for p in posts)
    return _LABELS[level], [("", f"{_WHOLE[level]} {len(below)} {'县乡村村'[order.index(level)]}"), *below]


@lru_cache(maxsize=256)
def _children(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Kept in memory: the tree of regions changes with a release."""
    return tuple(Region.objects.filter(parent_id__in=codes).order_by("code").values_list("code", "name"))
