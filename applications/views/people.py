"""A2: one search box. What it is for is asked once a session; every search is on record with it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts import access
from accounts.models import User
from accounts.roles import Permission
from applications.entry.fields import LineField, PickField
from applications.entry.finding import MOST, Found, find
from applications.entry.lookups import TooMany, home

PURPOSE = "lookup_purpose"
PURPOSES = (
    ("受理申请", "受理申请"),
    ("入户调查", "入户调查"),
    ("审核确认", "审核确认"),
    ("动态管理", "动态管理"),
    ("信访核实", "信访核实"),
    ("审计检查", "审计检查"),
)


class SearchForm(forms.Form):
    """The box, and once a session what the looking is for."""

    use_required_attribute = False
    q = LineField("查找", most=60, missing="填写姓名、拼音、证件后四位、编号或村")
    purpose = PickField("查询事由", PURPOSES, missing="选择查询事由，本次登录只问一次")


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """At most twenty masked people of my own regions."""
    user = request.user
    assert isinstance(user, User)
    access.require(user, Permission.VIEW_CASE, home(user))
    asked = request.POST  # never the address: names and numbers stay out of logs and histories (ASVS 14.2.1)
    kept = request.session.get(PURPOSE, "")
    if "q" not in asked:
        return _page(request, SearchForm(initial={"purpose": kept}), kept)
    form = SearchForm({"q": asked.get("q", ""), "purpose": asked.get("purpose") or kept})
    if not form.is_valid():
        return _page(request, form, kept, status=400 if "q" in form.errors else 200)
    purpose = request.session[PURPOSE] = form.cleaned_data["purpose"]
    try:
        found = find(form.cleaned_data["q"], user, purpose)
    except TooMany as refused:
        return _page(request, form, purpose, refusal=refused.message, status=429)
    return _page(request, form, purpose, found=found)


def _page(
    request: HttpRequest,
    form: SearchForm,
    purpose: str,
    *,
    found: list[Found] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "purpose": purpose, "found": found, "refusal": refusal, "most": MOST}
    return render(request, "people/search.html", context, status=status)
