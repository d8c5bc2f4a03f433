"""Lists for `{% load ui %}`: tabs, sortable heads, pages, the bar for many rows at once. The address holds the view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from liaocheng_aid.templatetags.ui_figures import group_digits
from liaocheng_aid.templatetags.ui_inline import inline

register = template.Library()
AROUND = 2


class Tab(Protocol):
    """`count` may be None; optional `tone` plain | warn | bad of the count."""

    label: str
    url: str
    count: int | None
    current: bool


@register.inclusion_tag("components/tabs.html", name="tabs")
def tabs(items: Iterable[Tab], label: str) -> dict[str, Any]:
    """Parts of one page or kinds of one list, each with how many."""
    rows = [
        {
            "label": item.label,
            "url": item.url,
            "count": item.count,
            "current": item.current,
            "tone": getattr(item, "tone", "plain"),
        }
        for item in items
    ]
    return {"rows": rows, "label": label}


@register.inclusion_tag("components/views.html", name="views")
def views(items: Iterable[Tab], label: str = "视图") -> dict[str, Any]:
    """Saved views or the contents of a long page: small links in a row."""
    return {"items": items, "label": label}


@register.simple_tag(name="heading", takes_context=True)
def heading(context: template.Context, label: str, by: str = "", *, figure: bool = False) -> SafeString:
    """A column head; `by` makes it a link that sorts (?sort=by, again ?sort=-by). `figure` aligns it to the end."""
    request = context.get("request")
    if not by or request is None:
        return inline("heading", {"label": label, "url": "", "sorted": "", "figure": figure})
    now = request.GET.get("sort", "")
    ascending = now == by
    shown = {
        "label": label,
        "url": address(request.GET, sort=f"-{by}" if ascending else by, page=None),
        "sorted": "ascending" if ascending else "descending" if now == f"-{by}" else "",
        "figure": figure,
    }
    return inline("heading", shown)


@register.inclusion_tag("components/pager.html", name="pager", takes_context=True)
def pager(context: template.Context, page: Page[Any], unit: str = "件", label: str = "分页") -> dict[str, Any]:
    """第 51–100 件，共 1,000 件以上. A paginator with a true `capped` counted no further than its count."""
    request = context.get("request")
    query = request.GET if request is not None else QueryDict()
    last = page.paginator.num_pages
    near = [n for n in range(1, last + 1) if n in (1, last) or abs(n - page.number) <= AROUND]
    links: list[dict[str, Any]] = []
    for position, number in enumerate(near):
        if position and number - near[position - 1] > 1:
            links.append({"gap": True, "number": 0, "url": "", "current": False})
        links.append(
            {"gap": False, "number": number, "url": address(query, page=number), "current": number == page.number}
        )
    return {
        "words": range_words(page, unit),
        "links": links if last > 1 else [],
        "previous": address(query, page=page.number - 1) if page.has_previous() else "",
        "next": address(query, page=page.number + 1) if page.has_next() else "",
        "label": label,
    }


@register.simple_block_tag(name="bulk")
def bulk(content: str, unit: str = "件", *, of: str = "", money: bool = False) -> str:
    """The bar for the ticked rows. `of` is the id of the form that holds the ticks; `money` also sums their amounts."""
    return render_to_string("components/bulk.html", {"content": content, "unit": unit, "of": of, "money": money})


def range_words(page: Page[Any], unit: str) -> str:
    """Where this page lies in the whole, in words."""
    total = page.paginator.count
    if not total:
        return f"共 0 {unit}"
    start, end = group_digits(page.start_index()), group_digits(page.end_index())
    more = "以上" if getattr(page.paginator, "capped", False) else ""
    return f"第 {start}–{end} {unit}，共 {group_digits(total)} {unit}{more}"


def address(query: QueryDict, **changes: object) -> str:
    """The same view with these parameters changed; None drops one."""
    fresh = query.copy()
    for key, value in changes.items():
        fresh.pop(key, None)
        if value is not None:
            fresh[key] = str(value)
    return f"?{fresh.urlencode()}"
