"""The step table and `advance`, the only writer of `Matter.state`. `docs/workflow.md` is rendered from the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import access, audit, clock, regions
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import ROLES, Permission, permits
from applications.models import Action, ConfirmingBody, Matter, RelativeRegister, State, Transition

A, S, P = Action, State, Permission


@dataclass(frozen=True)
class Step:
    """One row of the table: what it is, from where to where, whose it is, and who may not take it."""

    action: Action
    sources: frozenset[State]
    target: State
    permissions: tuple[Permission, ...]
    article: str
    apart_from: frozenset[Action] = field(default_factory=frozenset)
    relatives_excluded: bool = False
    needs_note: bool = False
    own_act: str = ""  # the module whose act takes it, where a step is more than its transition


LONGEST_NOTE = 500
SURVEY = frozenset({A.VISIT, A.SECOND_VISIT})


def _step(action: Action, sources: Sequence[State], target: State, *permissions: Permission, **more: object) -> Step:
    return Step(action, frozenset(sources), target, permissions, **more)  # type: ignore[arg-type]


STEPS: dict[Action, Step] = {
    step.action: step
    for step in (
        _step(A.ACCEPT, [S.SUBMITTED], S.ACCEPTED, P.ACCEPT_CASE, article="57号 第10条；43号 第12条"),
        _step(A.DECLINE, [S.SUBMITTED], S.DECLINED, P.ACCEPT_CASE, article="57号 第10条；43号 第12条", needs_note=True),
        _step(
            A.ASK_PAPERS,
            [S.SUBMITTED],
            S.SUPPLEMENT,
            P.ACCEPT_CASE,
            article="57号 第10条（一次性告知）",
            needs_note=True,
            own_act="supplements",
        ),
        _step(A.SUPPLEMENT, [S.SUPPLEMENT], S.SUBMITTED, P.ACCEPT_CASE, article="57号 第10条"),
        _step(
            A.VISIT,
            [S.ACCEPTED],
            S.VISITED,
            P.SURVEY_CASE,
            article="57号 第15、16条；43号 第13条",
            relatives_excluded=True,
            own_act="visits",
        ),
        _step(
            A.SECOND_VISIT,
            [S.VISITED],
            S.SURVEYED,
            P.JOIN_SURVEY,
            article="57号 第16条（二人以上）",
            apart_from=frozenset({A.VISIT}),
            relatives_excluded=True,
            own_act="visits",
        ),
        _step(
            A.OPINE,
            [S.SURVEYED],
            S.TO_POST,
            P.GIVE_OPINION,
            article="57号 第19条；43号 第15条",
            apart_from=SURVEY,
            relatives_excluded=True,
            own_act="opinions",
        ),
        _step(
            A.OPPOSE,
            [S.SURVEYED],
            S.TO_CONFIRM,
            P.GIVE_OPINION,
            article="57号 第19条",
            apart_from=SURVEY,
            relatives_excluded=True,
            needs_note=True,
            own_act="opinions",
        ),
        _step(
            A.RETURN_TO_VISIT,
            [S.SURVEYED],
            S.ACCEPTED,
            P.GIVE_OPINION,
            article="57号 第19条",
            apart_from=SURVEY,
            needs_note=True,
        ),
        _step(A.POST, [S.TO_POST], S.POSTED, P.POST_NOTICE, article="57号 第19条（公示七日）", own_act="lists"),
        _step(A.OBJECT, [S.POSTED], S.DISPUTED, P.POST_NOTICE, article="57号 第19条", own_act="objections"),
        _step(A.ANSWER, [S.DISPUTED], S.POSTED, P.GIVE_OPINION, article="57号 第19条", own_act="objections"),
        _step(
            A.RESURVEY,
            [S.DISPUTED],
            S.ACCEPTED,
            P.GIVE_OPINION,
            article="57号 第19条（重新调查、再次公示）",
            own_act="objections",
        ),
        _step(A.END_NOTICE, [S.POSTED], S.TO_CONFIRM, P.POST_NOTICE, article="57号 第19条", own_act="lists"),
        _step(
            A.CONFIRM,
            [S.TO_CONFIRM],
            S.CONFIRMED,
            P.CONFIRM_CASE,
            article="社会救助法 第44条；57号 第20条",
            apart_from=SURVEY | {A.OPINE, A.OPPOSE},
            relatives_excluded=True,
            own_act="decisions",
        ),
        _step(
            A.REFUSE,
            [S.TO_CONFIRM],
            S.REFUSED,
            P.CONFIRM_CASE,
            article="社会救助法 第44条；57号 第21条",
            apart_from=SURVEY | {A.OPINE, A.OPPOSE},
            relatives_excluded=True,
            needs_note=True,
            own_act="decisions",
        ),
        _step(
            A.SEND_BACK,
            [S.TO_CONFIRM],
            S.SURVEYED,
            P.CONFIRM_CASE,
            article="57号 第20条",
            apart_from=SURVEY,
            needs_note=True,
        ),
        _step(
            A.WITHDRAW,
            [S.SUBMITTED, S.SUPPLEMENT, S.ACCEPTED, S.VISITED, S.SURVEYED, S.TO_POST],
            S.WITHDRAWN,
            P.ENTER_CASE,
            article="申请人撤回",
            needs_note=True,
        ),
    )
}


def begin(matter: Matter, *, actor: User, on: date) -> Transition:
    """The first step: the application came in. Called by `intake.submit` in its own transaction."""
    return _record(matter, A.SUBMIT, "", S.SUBMITTED, seq=1, actor=actor, on=on, note="")


@transaction.atomic
def advance(matter_pk: UUID, action: Action, *, actor: User | None, on: date, note: str = "") -> Matter:
    """Take one step of the workflow: the only place that writes `Matter.state`. `actor` None is the night itself.

    Raises NotHere, Forbidden (no such post here, or kept apart by an earlier step), WrongState (the step does not
    leave from this state, with who moved it last and when), Invalid (no reason given, or an impossible day).
    """
    matter = access.find(Matter.objects.select_for_update(of=("self",)), pk=matter_pk)
    step = STEPS[action]
    if actor is not None:
        require_step(actor, step, matter)
    taken = list(matter.transitions.select_related("actor").order_by("seq"))
    if matter.state not in step.sources:
        raise WrongState(moved_already(matter, taken[-1]))
    _check_apart(step, matter, actor, taken)
    _check_words(step, on, note, taken[-1])
    source, matter.state = matter.state, step.target
    matter.save(update_fields=["state"])
    _record(matter, action, source, step.target, seq=taken[-1].seq + 1, actor=actor, on=on, note=note)
    return matter


def require_step(actor: User, step: Step, matter: Matter) -> None:
    """Any one of the step's permissions will do. Raises NotHere, Forbidden."""
    permissions = permissions_of(step, matter)
    if not any(access.may(actor, permission, matter.region_id) for permission in permissions):
        access.require(actor, permissions[0], matter.region_id)


def permissions_of(step: Step, matter: Matter) -> tuple[Permission, ...]:
    """The step's permissions; where confirmation is delegated, a second township reviewer's (社会救助法 art. 44)."""
    return _permissions(step, is_delegated=step.action in CONFIRMING and is_delegated(matter, clock.today()))


CONFIRMING = frozenset({A.CONFIRM, A.REFUSE, A.SEND_BACK})


def _permissions(step: Step, *, is_delegated: bool) -> tuple[Permission, ...]:
    return (P.GIVE_OPINION,) if is_delegated and step.action in CONFIRMING else step.permissions


def is_delegated(matter: Matter, on: date) -> bool:
    """Whether the township confirms here on that day."""
    return delegates(ConfirmingBody.objects.filter(effective_from__lte=on), matter.region_id, matter.programme)


def delegates(rows: Iterable[ConfirmingBody], region_code: str, programme: str) -> bool:
    """The same out of settings already read: the nearest region's newest counts."""
    above = set(regions.ancestors(region_code))
    bearing = [row for row in rows if row.region_id in above and row.programme in ("", programme)]
    nearest = max(bearing, key=lambda row: (row.region_id.rstrip("0"), row.effective_from, row.programme), default=None)
    return nearest is not None and nearest.body == ConfirmingBody.Body.TOWNSHIP


def moved_already(matter: Matter, last: Transition) -> str:
    """Who moved it and when: the sentence the slower of two reads."""
    who = last.actor.full_name if last.actor else audit.SYSTEM
    at = f"{timezone.localtime(last.at):%m-%d %H:%M}"
    return f"{who}已于 {at} 办理“{last.get_action_display()}”，现在是{matter.get_state_display()}"


def apart(step: Step, matter: Matter, actor: User, taken: Sequence[Transition]) -> str:
    """Why this person may not take this step, as a sentence; empty where they may."""
    return _apart(step, actor, taken, is_relative=step.relatives_excluded and _is_relative(matter, actor))


def _apart(step: Step, actor: User, taken: Sequence[Transition], *, is_relative: bool) -> str:
    before = _latest_round(taken) if step.action == A.SECOND_VISIT else taken
    for earlier in before:
        if earlier.action in step.apart_from and earlier.actor_id == actor.pk:
            return f"{earlier.get_action_display()}是本人办的，{step.action.label}由另一人办理"
    return "已登记为近亲属，这一步由别人办理" if step.relatives_excluded and is_relative else ""


def _latest_round(taken: Sequence[Transition]) -> list[Transition]:
    """The transitions since the last first visit: in a new round the two may change places."""
    visits = [index for index, one in enumerate(taken) if one.action == A.VISIT]
    return list(taken[visits[-1] :]) if visits else []


def _is_relative(matter: Matter, actor: User) -> bool:
    return RelativeRegister.objects.filter(matter=matter, user=actor).exists()


def _check_apart(step: Step, matter: Matter, actor: User | None, taken: Sequence[Transition]) -> None:
    reason = apart(step, matter, actor, taken) if actor else ""
    if reason:
        raise Forbidden(reason)


def _check_words(step: Step, on: date, note: str, last: Transition) -> None:
    if step.needs_note and not note.strip():
        raise Invalid({"note": f"填写{step.action.label}的原因"})
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid({"note": f"说明最多 {LONGEST_NOTE} 字，现在 {len(note.strip())} 字"})
    if not last.on <= on <= clock.today():
        raise Invalid({"on": f"日期填 {last.on} 至 {clock.today()}"})


def _record(
    matter: Matter, action: Action, source: str, target: State, *, seq: int, actor: User | None, on: date, note: str
) -> Transition:
    transition = Transition(
        matter=matter,
        seq=seq,
        action=action,
        source=source,
        target=target,
        actor=actor,
        role=_role(actor, matter.region_id),
        on=on,
        at=clock.now(),
        note=note.strip(),
    )
    label = access.post_label(actor, matter.region_id)
    try:
        return audit.seal(transition, actor, f"matter.{action}", on=on, region_code=matter.region_id, post=label)
    except IntegrityError as refused:
        raise Forbidden("这一步由另一人办理") from refused


def _role(actor: User | None, region_code: str) -> str:
    posts = access.held(actor) if actor else ()
    return next((p.role for p in posts if region_code.startswith(p.region.prefix)), "")


@dataclass(frozen=True)
class OpenStep:
    """A step that leaves from here, and why this person can't take it (empty where they can)."""

    step: Step
    blocked: str


def open_steps(matter: Matter, user: User, taken: Sequence[Transition], *, delegated: bool) -> list[OpenStep]:
    """What can be done now by somebody, the user's own steps first. At most two queries."""
    leaving = [step for step in STEPS.values() if matter.state in step.sources]
    relative = any(s.relatives_excluded for s in leaving) and _is_relative(matter, user)
    steps = []
    for step in leaving:
        needed = _permissions(step, is_delegated=delegated)
        held = any(access.may(user, permission, matter.region_id) for permission in needed)
        blocked = _apart(step, user, taken, is_relative=relative) if held else f"由{holders(needed)}办理"
        steps.append(OpenStep(step, blocked or _named(step, matter, user)))
    return sorted(steps, key=lambda one: bool(one.blocked))


def holders(permissions: Sequence[Permission]) -> str:
    """The posts that carry any of the permissions, in words."""
    return "、".join(role.label for role in ROLES.values() if any(permits(role.code, p) for p in permissions))


def _named(step: Step, matter: Matter, user: User) -> str:
    """The second surveyor is the one the first named."""
    if step.action != A.SECOND_VISIT:
        return ""
    row = matter.visits.order_by("-round").select_related("second").first()
    return "" if row is None or row.second_id == user.pk else f"由调查表上的第二调查人{row.second.full_name}确认"
