"""政策与标准: the figures in force, read only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import clock
from accounts.access import held
from applications import standards_page
from applications.views.worklist import signed_in

CITY = "371500000000"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is in force today, what was before, and what is worked out where nothing is published."""
    today = clock.today()
    posts = held(signed_in(request))
    in_force, others = standards_page.published(today)
    context = {
        "today": today,
        "in_force": in_force,
        "others": others,
        "derived": standards_page.derived(posts[0].region.code if posts else CITY, today),
    }
    return render(request, "standards/page.html", context)
