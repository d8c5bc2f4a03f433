"""政策与标准: the figures in force with their papers, the local rules, and what a month lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts import clock
from accounts.access import held
from accounts.errors import Forbidden, NotHere
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications import local_rules, rows, standards_page
from applications.forms.standards import drafting_counties
from applications.holidays import calendar
from applications.models import Matter
from applications.simulation.asking import SIMULATES
from applications.standards_page import CITY
from applications.views.worklist import PER_PAGE, may, sees_townships, signed_in
from eligibility.assess import book
from eligibility.local_keys import KEYS
from eligibility.missing_figures import Missing, missing
from eligibility.rules.figures import FigureBook
from eligibility.standard_drafts import decision_of
from eligibility.targets import label_of, unit_of, value_words
from payments.missing_figures import running
from payments.moments import next_month


@dataclass(frozen=True)
class Tab:
    """The two halves of the page."""

    label: str
    url: str
    count: int | None
    current: bool
    tone: str = "plain"


class CountyForm(forms.Form):
    """Whose figures, for who sees more than one county."""

    county = forms.ChoiceField(label="县（市、区）", required=False)

    def __init__(self, *args: Any, counties: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["county"]
        field.choices = [(one.code, one.name) for one in counties]


def _counties(user: User) -> list[Region]:
    """The counties the user's posts lie in or over; the city's own page where there is none."""
    codes, prefixes = set(), []
    for post in held(user):
        if post.region.level == Level.CITY:
            prefixes.append(post.region.prefix)
        else:
            codes.add(post.region.county_code.ljust(12, "0"))
    listed = Region.objects.filter(level=Level.COUNTY).order_by("code") if prefixes else Region.objects.none()
    over = [one for one in listed if any(one.code.startswith(prefix) for prefix in prefixes)]
    return over or list(Region.objects.filter(code__in=codes or {CITY}).order_by("code"))


def _chosen(request: HttpRequest, counties: list[Region]) -> Region:
    asked = request.GET.get("county", "")
    return next((one for one in counties if one.code == asked), counties[0])


def _shell(request: HttpRequest, current: str, county: Region, counties: list[Region]) -> dict[str, Any]:
    query = f"?county={county.code}" if len(counties) > 1 else ""
    ways = (("标准", "standards"), ("本地参数", "local_rules"))
    return {
        "today": clock.today(),
        "county": county,
        "county_form": CountyForm({"county": county.code}, counties=counties) if len(counties) > 1 else None,
        "tabs": [Tab(label, reverse(name) + query, None, name == current) for label, name in ways],
        "may_simulate": any(SIMULATES & set(post.permissions) for post in held(signed_in(request))),
        "may_adjust": may(signed_in(request), Permission.VIEW_LIST),
        "may_draft": any(one.code == county.code for one in drafting_counties(signed_in(request))),
    }


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is in force today, what waits, what is to come, what was; and which month lacks a figure."""
    counties = _counties(signed_in(request))
    county, today = _chosen(request, counties), clock.today()
    known, drafts = book(), standards_page.drafts(county.code)
    context = {
        **_shell(request, "standards", county, counties),
        "figures": standards_page.page(county.code, today, known),
        "waiting": _labelled(drafts.waiting),
        "decided": _labelled(drafts.decided),
        "lacking": _lacking(county, today, known),
    }
    return render(request, "standards/page.html", context)


def _labelled(drafts: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "draft": one,
            "decision": decision_of(one),
            "label": label_of(one.kind, one.programme, one.measure, one.area, one.name, one.for_year),
            "value": value_words(one.kind, one.value),
            "unit": unit_of(one.kind, one.programme, one.measure) if one.value is not None else "",
        }
        for one in drafts
    ]


def _lacking(county: Region, today: date, known: FigureBook) -> list[tuple[str, list[Missing]]]:
    """This month and the next: what is needed by who is paid or has asked, and nobody can say. Two queries."""
    prefix = county.code[:6]
    asked = Matter.objects.open().filter(county_code=prefix).order_by().values_list("programme", "area").distinct()
    needed = running([prefix], today).get(prefix, set()) | set(asked)
    months = (today.replace(day=1), next_month(today.replace(day=1)))
    found = ((month, missing(county.code, month, needed, known)) for month in months)
    return [(f"{month.year} 年 {month.month} 月有算不出的标准", lacks) for month, lacks in found if lacks]


@require_GET
def local(request: HttpRequest) -> HttpResponse:
    """The rules the law leaves to the place: recorded or empty, and how often that left a question to a person."""
    counties = _counties(signed_in(request))
    county = _chosen(request, counties)
    shown = local_rules.shown(county.code, clock.today())
    context = {
        **_shell(request, "local_rules", county, counties),
        "groups": [
            ("read", "系统自动使用", "登记后测算时按执行日自动使用", [one for one in shown if one.key.is_read]),
            ("kept", "登记备查", "登记备查，金额和结论由人认定", [one for one in shown if not one.key.is_read]),
        ],
        "may_view_cases": may(signed_in(request), Permission.VIEW_CASE),
    }
    return render(request, "standards/local.html", context)


@require_GET
def cases(request: HttpRequest, key: str) -> HttpResponse:
    """The cases behind the two numbers of a local rule, within the reader's regions."""
    user, known = signed_in(request), KEYS.get(key)
    if known is None:
        raise NotHere
    if not may(user, Permission.VIEW_CASE):
        raise Forbidden("申请由办案的岗位查看")
    county, today = _chosen(request, _counties(user)), clock.today()
    found = Matter.objects.visible_to(user).filter(local_rules.behind(known, county.code, today))
    listed = Paginator(found.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    plain = [(one.pk, one.programme, one.state, one.region_id) for one in listed]
    clocks = rows.clocks_of(plain, today=today, calendar=calendar())
    context = {
        "key": known,
        "county": county,
        "page": listed,
        "rows": rows.rows([one[0] for one in plain], clocks, with_village=sees_townships(user)),
    }
    return render(request, "standards/local_cases.html", context)
