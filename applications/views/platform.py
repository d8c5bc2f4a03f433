"""平台交换: every numbered file and where it stands, what the platforms do not acknowledge, receipts set aside."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import access, clock
from accounts.errors import Forbidden
from accounts.models import User
from accounts.roles import Permission
from applications.models import PlatformDifference, PlatformFile, PlatformReceipt
from applications.platform import delivery, difference, receipts
from applications.views.worklist import may, signed_in

PER_PAGE = 30
SHOWN = 50
READERS = (Permission.RUN_NIGHT, Permission.VIEW_AUDIT)


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not any(may(user, permission) for permission in READERS):
        raise Forbidden("平台交换由县级经办办理，督导和审计查看")
    return user


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The files, the newest first; above them what is not acknowledged."""
    user, today = _reader(request), clock.today()
    files = PlatformFile.objects.visible_to(user)
    standing = difference.standing(PlatformDifference.objects.visible_to(user))
    silent = difference.unanswered(files, today)
    aside = PlatformReceipt.objects.visible_to(user).filter(fate=PlatformReceipt.Fate.QUARANTINED)
    paged = Paginator(_with_state(files), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": paged,
        "rows": [(file, access.may(user, Permission.RUN_NIGHT, file.region_id)) for file in paged],
        "silent": list(silent[:SHOWN]),
        "silent_count": silent.count(),
        "standing": list(standing[:SHOWN]),
        "standing_count": standing.count(),
        "aside": [(one, access.may(user, Permission.RUN_NIGHT, one.region_id)) for one in aside[:SHOWN]],
        "aside_count": aside.count(),
        "shown": SHOWN,
    }
    return render(request, "platform/page.html", context)


def _with_state(files: QuerySet[PlatformFile]) -> QuerySet[PlatformFile]:
    stated = files.annotate(delivered_at=Max("deliveries__at"), answered_at=Max("receipts__at"))
    return stated.select_related("region", "made_by").order_by("-made_at", "pk")


@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """The day's report as a table file; no number of a person is in it."""
    user, today = _reader(request), clock.today()
    files = PlatformFile.objects.visible_to(user)
    content = difference.as_csv(files, PlatformDifference.objects.visible_to(user), today)
    return _attached(content, f"platform-differences-{today}.csv")


@require_GET
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes as they went out, for who runs the exchange; each reading is on record."""
    user = signed_in(request)
    made = access.find(PlatformFile.objects.visible_to(user), pk=pk)
    return _attached(delivery.read(made, actor=user, on=clock.today()), f"{made.kind}-{made.number:06d}.csv")


@require_GET
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes of a receipt that was set aside, as they came; each reading is on record."""
    user = signed_in(request)
    aside = PlatformReceipt.objects.visible_to(user).filter(fate=PlatformReceipt.Fate.QUARANTINED)
    found = access.find(aside, pk=pk)
    content = receipts.read_aside(found, actor=user, on=clock.today())
    return _attached(content, f"{found.pk}.bin", "application/octet-stream")


def _attached(content: bytes, name: str, kind: str = "text/csv; charset=utf-8") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
