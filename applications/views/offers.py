"""How each step is offered to whoever may take it: its words, its form, and the act it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts import clock
from accounts.models import User
from applications import decisions, opinions, supplements, visits, workflow
from applications.case_page import Case
from applications.case_parts import ToDecide
from applications.forms.steps import Bare, Brought, Confirmed, Missing, Noted, Reasoned, Refused, StepForm
from applications.models import Action, Matter

Taken = Callable[[Matter, dict[str, Any], User], object]


@dataclass(frozen=True)
class Offer:
    """`kind` of its button: main for the way on, plain for a way back, stop for an end. `law` says what follows."""

    action: Action
    heading: str
    verb: str
    form: type[StepForm]
    take: Taken
    done: str
    kind: str = "main"
    law: str = ""


def _advance(action: Action) -> Taken:
    def take(matter: Matter, said: dict[str, Any], user: User) -> object:
        return workflow.advance(matter.pk, action, actor=user, on=clock.today(), note=said.get("note", ""))

    return take


def _ask(matter: Matter, said: dict[str, Any], user: User) -> object:
    return supplements.ask(matter.pk, missing=said["missing"], actor=user, on=clock.today())


def _sign(matter: Matter, said: dict[str, Any], user: User) -> object:
    return visits.sign(matter.pk, actor=user, on=clock.today(), note=said["note"])


def _opine(agrees: bool) -> Taken:
    def take(matter: Matter, said: dict[str, Any], user: User) -> object:
        return opinions.opine(matter.pk, agrees=agrees, note=said["note"], actor=user, on=clock.today())

    return take


def _confirm(matter: Matter, said: dict[str, Any], user: User) -> object:
    return decisions.confirm(matter.pk, seen=said["seen"], actor=user, on=clock.today(), note=said["note"])


def _refuse(matter: Matter, said: dict[str, Any], user: User) -> object:
    return decisions.refuse(matter.pk, seen=said["seen"], reason=said["note"], actor=user, on=clock.today())


A = Action
OFFERS: dict[Action, Offer] = {
    offer.action: offer
    for offer in (
        Offer(
            A.ACCEPT, "受理", "受理本户", Bare, _advance(A.ACCEPT), "已受理，3 个工作日内开始入户调查",
            law="材料齐全即受理，受理之日起算全程时限（57号 第10条、第22条）。",
        ),
        Offer(
            A.ASK_PAPERS, "材料不全，告知补正…", "一次性告知补正", Missing, _ask, "已一次性告知补正，时钟停住",
            kind="plain",
            law="缺什么一次说清，只能告知一次（57号 第10条）。",
        ),
        Offer(
            A.DECLINE, "不予受理…", "不予受理", Reasoned, _advance(A.DECLINE), "已不予受理", kind="stop",
            law="办结后不能再开，原因写进告知书。",
        ),
        Offer(A.SUPPLEMENT, "补正", "登记已补", Brought, _advance(A.SUPPLEMENT), "已登记补正，可以受理"),
        Offer(
            A.SECOND_VISIT, "确认入户调查", "确认调查属实", Noted, _sign, "已确认调查，转审核",
            law="调查由两人共同进行，各以本人账号确认（57号 第16条）。",
        ),
        Offer(
            A.OPINE, "审核意见", "同意，送公示", Noted, _opine(True), "已审核同意，等待张贴公示",
            law="同意后在村（社区）公示 7 天（57号 第19条）。",
        ),
        Offer(
            A.OPPOSE, "审核不同意…", "审核不同意", Reasoned, _opine(False), "已审核不同意，报县级决定", kind="stop",
            law="不同意的直接报县级决定，不公示。",
        ),
        Offer(
            A.RETURN_TO_VISIT, "退回重新调查…", "退回重新调查", Reasoned, _advance(A.RETURN_TO_VISIT), "已退回重新调查",
            kind="plain",
        ),
        Offer(
            A.CONFIRM, "确认", "确认本户", Confirmed, _confirm, "已确认",
            law="确认后次月起发放，不能撤销（社会救助法 第44条）。",
        ),
        Offer(
            A.REFUSE, "不予确认…", "不予确认", Refused, _refuse, "已决定不予确认，3 个工作日内书面告知", kind="stop",
            law="书面告知并写明理由；60 日内可申请行政复议（57号 第21条）。",
        ),
        Offer(
            A.SEND_BACK, "退回重新审核…", "退回重新审核", Reasoned, _advance(A.SEND_BACK), "已退回乡镇重新审核",
            kind="plain",
        ),
        Offer(
            A.WITHDRAW, "申请人撤回…", "登记撤回", Reasoned, _advance(A.WITHDRAW), "已登记撤回", kind="stop",
            law="申请人自愿撤回时用，办结后可以重新申请。",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class ShownOffer:
    """An offer on a page: its form (bound where it came back with errors), open or folded."""

    offer: Offer
    form: StepForm
    is_open: bool
    why_not: str = ""


def offered(
    case: Case, bound: StepForm | None, chosen: str, why_not: dict[Action, str], *, says_no: bool, missing: str = ""
) -> list[ShownOffer]:
    """The forms of the steps this user can take: the way on first and open, the others folded.

    `why_not` holds the reasons that lie in the case itself, not in the user's post. Where the rules say no, the way
    to say so stands open too. `missing` is what the catalogue wants and the window did not get: told in one go.
    """
    mine = [one.step.action for one in case.steps if not one.blocked and one.step.action in OFFERS]
    shown = []
    for action in sorted(mine, key=list(OFFERS).index):
        offer = OFFERS[action]
        form = bound if bound is not None and chosen == action else blank(offer, case.matter, case.last.seq, missing)
        is_open = chosen == action if chosen else offer.kind == "main" or (says_no and action in (A.OPPOSE, A.REFUSE))
        shown.append(ShownOffer(offer, form, is_open, why_not.get(action, "")))
    return shown


def why_not(case: Case, is_eligible: bool, waiting: int, to_decide: ToDecide | None) -> dict[Action, str]:
    """Why the way on is shut for now, by step: said at the button, checked again in the act."""
    reasons: dict[Action, str] = {}
    if not is_eligible:
        reasons[A.OPINE] = f"先认定 {waiting} 项" if waiting else "规则算出的结果是不符合"
        reasons[A.CONFIRM] = "审核不同意，没有公示过"
    if to_decide is not None and to_decide.changed:
        reasons[A.CONFIRM] = "与公示时不同，退回重新审核"
    if to_decide is not None and to_decide.opens_on is not None:
        reasons[A.CONFIRM] = f"公示期未满，{to_decide.opens_on} 起可以确认"
    return reasons


def blank(offer: Offer, matter: Matter, seq: int, missing: str = "") -> StepForm:
    """The empty form, with what its reader has in front of them."""
    known = {"seq": seq, "seen": matter.assessment_id, "missing": missing}
    return offer.form(initial=known, auto_id=f"{offer.action.value}-%s")
