"""The steps of a list, each a POST to its own address, and the files it is paid by."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts import access, clock
from accounts.errors import Invalid
from payments import exports, monthly
from payments.forms import CancelForm, NoteForm, PasswordForm
from payments.models import ExportFile, PaymentException, PaymentList
from payments.monthly.steps import STEPS
from payments.views.lists import page_of, signed_in, the_list


def _back(pk: UUID, part: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("payment_list", args=[pk]) + part)


def _do(request: HttpRequest, pk: UUID, act: Callable[[], PaymentList], said: str) -> HttpResponse:
    """The step; done twice by the same hand it answers with the page and says so."""
    try:
        act()
        messages.success(request, said)
    except monthly.AlreadyDone as again:
        messages.info(request, again.message)
    return _back(pk)


@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Check the list."""
    user = signed_in(request)
    return _do(request, pk, lambda: monthly.check(pk, actor=user, on=clock.today()), "已复核，接着冻结")


@require_POST
def lock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Freeze the list."""
    user = signed_in(request)
    return _do(request, pk, lambda: monthly.lock(pk, actor=user, on=clock.today()), "已冻结，等批准")


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve the list that was seen, by whoever knows the password."""
    return _with_password(request, pk, "approve", "已批准，等放款")


@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the money go, by whoever knows the password."""
    return _with_password(request, pk, "release", "已放款，接着导出")


_ACTS = {"approve": monthly.approve, "release": monthly.release}


def _with_password(request: HttpRequest, pk: UUID, action: str, said: str) -> HttpResponse:
    """ASVS 7.5.3: who moves money shows anew who they are. A wrong password counts towards the lock-out."""
    user, made = signed_in(request), the_list(request, pk)
    access.require(user, STEPS[action].permission, made.region_id)
    form = PasswordForm(request.POST)
    if form.is_valid() and not _is_me(request, form.cleaned_data["password"]):
        form.add_error("password", "当前密码不对，重新填写")
    if not form.is_valid():
        return page_of(request, made, 400, password_form=form)
    seen = form.cleaned_data["seen_hash"]
    return _do(request, pk, lambda: _ACTS[action](pk, seen_hash=seen, actor=user, on=clock.today()), said)


def _is_me(request: HttpRequest, password: str) -> bool:
    known = authenticate(request=request, username=signed_in(request).get_username(), password=password)
    return known is not None and known.pk == signed_in(request).pk


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up the list, with the reason."""
    user, made = signed_in(request), the_list(request, pk)
    form, said = CancelForm(request.POST), "已作废，名单上的人可以重新列入"
    reason = request.POST.get("reason", "")
    try:
        # The act first: who may not cancel is told so, whatever was typed.
        return _do(request, pk, lambda: monthly.cancel(pk, reason, actor=user, on=clock.today()), said)
    except Invalid as wrong:
        if form.is_valid():
            form.add_error("reason", wrong.errors["reason"])
        return page_of(request, made, 400, cancel_form=form)


@require_POST
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Settle an exception: what is done about somebody due and not paid."""
    user = signed_in(request)
    reach = PaymentException.objects.filter(list__in=PaymentList.objects.visible_to(user))
    found = access.find(reach, pk=pk)
    form = NoteForm(request.POST, settles=pk)
    try:
        monthly.acknowledge(pk, request.POST.get("note", ""), actor=user, on=clock.today())
        messages.success(request, "已写明处理")
    except monthly.AlreadyDone as again:
        messages.info(request, again.message)
    except Invalid as wrong:
        form.is_valid()
        if "note" not in form.errors:
            form.add_error("note", wrong.message)
        return page_of(request, the_list(request, found.list_id), 400, note_form=form)
    return _back(found.list_id, "#exceptions")


@require_POST
def export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Ask for a file; asked again, the page shows the one there is."""
    exports.request(pk, kind, actor=signed_in(request), on=clock.today())
    return _back(pk, "#files")


@require_GET
def file(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """The file itself; each download is audited."""
    kept, content = exports.download(pk, kind, actor=signed_in(request), on=clock.today())
    response = HttpResponse(content, content_type=exports.MEDIA_TYPES[ExportFile.Kind(kept.kind)])
    response.headers["Content-Disposition"] = content_disposition_header(True, kept.filename) or "attachment"
    return response
