"""Receive what somebody says against a list, and answer it. While one is open, nothing is confirmed (57号 art. 19)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.canonical import digest
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from applications import workflow
from applications.models import Action, Matter, RelativeRegister, State
from applications.workflow import SURVEY
from disclosure.models import NoticeEntry, Objection

NAME_LENGTH, TEXT_LENGTH = 50, 1000


@transaction.atomic
def receive(entry: NoticeEntry, *, content: str, name: str | None, received_on: date, actor: User) -> Objection:
    """Register an objection; a name is not asked for. The matter stands still until it is answered.

    Raises NotHere, Forbidden, Invalid by field (a day outside the notice), WrongState where the matter has moved on.
    """
    made = entry.list
    access.require(actor, Permission.POST_NOTICE, made.region_id)
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=entry.matter_id)
    _check(entry, content, name, received_on)
    if NoticeEntry.objects.filter(matter=matter, list__posted_at__gt=made.posted_at).exists():
        raise WrongState("这一户已重新公示，在新的公示上登记")
    objection = Objection(
        entry=entry,
        received_on=received_on,
        name=(name or "").strip() or None,
        content=content.strip(),
        received_by=actor,
        received_at=clock.now(),
    )
    if matter.state != State.DISPUTED:
        workflow.advance(matter.pk, Action.OBJECT, actor=actor, on=received_on, note=made.number)
    objection.save(force_insert=True)
    _record(objection, actor, "objection.receive", made.region_id, digest(objection.received()))
    return objection


def _check(entry: NoticeEntry, content: str, name: str | None, received_on: date) -> None:
    errors: dict[str, str] = {}
    last = min(entry.list.ends_on, clock.today())
    if not entry.list.posted_on <= received_on <= last:
        errors["received_on"] = f"收到日期填 {entry.list.posted_on} 至 {last}"
    if not content.strip():
        errors["content"] = "填写异议内容"
    elif len(content.strip()) > TEXT_LENGTH:
        errors["content"] = f"异议内容最多 {TEXT_LENGTH} 字"
    if name and len(name.strip()) > NAME_LENGTH:
        errors["name"] = f"提出人最多 {NAME_LENGTH} 字"
    if errors:
        raise Invalid(errors)


@transaction.atomic
def read(objection_pk: UUID, *, actor: User) -> Objection:
    """What somebody said and who: for the township's window and reviewer, and whoever took it down; recorded each time.

    The village is not told who spoke against a neighbour. Raises NotHere, Forbidden.
    """
    rows = Objection.objects.visible_to(actor).select_related("entry__list__region", "entry__matter", "answered_by")
    made = access.find(rows, pk=objection_pk)
    region_code = made.entry.list.region_id
    if made.received_by_id != actor.pk and not may_read(actor, region_code):
        raise Forbidden("异议内容由乡镇窗口和审核查看")
    _record(made, actor, "objection.read", region_code, "")
    return made


def may_read(actor: User, region_code: str) -> bool:
    return any(
        access.may(actor, one, region_code)
        for one in (Permission.ACCEPT_CASE, Permission.GIVE_OPINION, Permission.VIEW_AUDIT)
    )


@transaction.atomic
def answer(objection_pk: UUID, *, answer: str, result: str, actor: User, on: date) -> Objection:
    """Answer it. Groundless and the last one: the notice goes on; upheld: the family is surveyed and noticed anew.

    Raises NotHere, Forbidden (a surveyor of the case, a registered relative), Invalid by field, WrongState where it is
    answered already, with who and when.
    """
    made = access.find(Objection.objects.select_related("entry__list"), pk=objection_pk)
    region_code = made.entry.list.region_id
    access.require(actor, Permission.GIVE_OPINION, region_code)
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=made.entry.matter_id)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection_pk)
    if objection.answered_at is not None:
        raise WrongState(_answered_already(objection))
    _check_apart(matter, actor)
    _check_answer(answer, result)
    objection.answer, objection.result = answer.strip(), result
    objection.answered_by, objection.answered_at = actor, clock.now()
    objection.save(update_fields=["answer", "result", "answered_by", "answered_at"])
    _move_on(matter, result, actor, on)
    _record(objection, actor, "objection.answer", region_code, digest(objection.answered()))
    return objection


def _answered_already(objection: Objection) -> str:
    from django.utils import timezone

    who = objection.answered_by.full_name if objection.answered_by else audit.SYSTEM
    return f"{who}已于 {timezone.localtime(objection.answered_at):%m-%d %H:%M} 答复：{objection.get_result_display()}"


def _check_apart(matter: Matter, actor: User) -> None:
    if matter.transitions.filter(actor=actor, action__in=SURVEY).exists():
        raise Forbidden("入户调查是本人办的，异议由另一人答复")
    if RelativeRegister.objects.filter(matter=matter, user=actor).exists():
        raise Forbidden("已登记为近亲属，这一步由别人办理")


def _check_answer(answer: str, result: str) -> None:
    errors: dict[str, str] = {}
    if result not in Objection.Result.values:
        errors["result"] = "选择答复结果"
    if not answer.strip():
        errors["answer"] = "填写答复内容"
    elif len(answer.strip()) > TEXT_LENGTH:
        errors["answer"] = f"答复内容最多 {TEXT_LENGTH} 字"
    if errors:
        raise Invalid(errors)


def _move_on(matter: Matter, result: str, actor: User, on: date) -> None:
    """One upheld objection reopens the case, whatever the others say; they are still answered."""
    if matter.state != State.DISPUTED:
        return
    if result == Objection.Result.UPHELD:
        workflow.advance(matter.pk, Action.RESURVEY, actor=actor, on=on)
    elif not Objection.objects.open().filter(entry__matter=matter).exists():
        workflow.advance(matter.pk, Action.ANSWER, actor=actor, on=on)


def _record(objection: Objection, actor: User, action: str, region_code: str, after: str) -> None:
    label = access.post_label(actor, region_code)
    audit.record(actor, action, objection, on=clock.today(), region_code=region_code, post=label, after=after)
