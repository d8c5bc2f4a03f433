"""`docs/workflow.md`, written from the step table and the clocks: what the code does is what the page says."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.roles import ROLES, Permission, permits
from applications import clocks
from applications.models import CLOSED, Action, State
from applications.shown import ON_NOTICES, VERBS
from applications.workdays import NOTICE_DAYS
from applications.workflow import CONFIRMING, STEPS, Step

_HEAD = """# The case, step by step

Rendered by `python manage.py render_workflow` from `applications.workflow.STEPS`; a test fails when it is stale. Do not
edit by hand. A matter is one programme asked for in one application; its state is written by `workflow.advance` alone.
"""

_APART = """## Who is kept apart

- Whoever took a step named in the last column may not take this one, in this matter, ever; for 第二人确认调查 only
  within the same round. The database repeats it (`aid_hands_apart`).
- "kin" marks steps closed to a registered near relative (57号 art. 11).
- The second surveyor is the one the first named in the survey form.
- Where `ConfirmingBody` delegates (社会救助法 art. 44), 确认, 不予确认 and 退回重新审核 are a second township
  reviewer's.
- A ruling on what the rules leave open belongs to {rulers}, never to a registered relative.
- A finding of the night is worked by {workers}, never by whoever is registered in a case of the family.
"""


def _apart() -> str:
    return _APART.format(rulers=_roles((Permission.RULE_UNKNOWN,)), workers=_roles((Permission.WORK_FINDING,)))


def text() -> str:
    """The whole page, Markdown in English with the Chinese terms."""
    return "\n".join([_HEAD, *_states(), *_steps(), _apart(), *_limits()])


def _states() -> Iterator[str]:
    yield "## States\n"
    yield "| state | 状态 | leads on | ends here |"
    yield "|---|---|---|---|"
    for state in State:
        onward = f"`{VERBS[state][0].value}` {VERBS[state][0].label}" if state in VERBS else "–"
        yield f"| `{state.value}` | {state.label} | {onward} | {'yes' if state in CLOSED else ''} |"
    yield ""


def _steps() -> Iterator[str]:
    yield "## Steps\n"
    yield "| step | 步骤 | from | to | who | article | notes | not by whoever took |"
    yield "|---|---|---|---|---|---|---|---|"
    for step in STEPS.values():
        sources = ", ".join(f"`{state.value}`" for state in State if state in step.sources)
        apart = ", ".join(f"`{action.value}`" for action in Action if action in step.apart_from) or "–"
        yield (
            f"| `{step.action.value}` | {step.action.label} | {sources} | `{step.target.value}` "
            f"| {_roles(step.permissions)} | {step.article} | {_notes(step)} | {apart} |"
        )
    yield ""


def _roles(permissions: tuple[Permission, ...]) -> str:
    holders = [role for role in ROLES.values() if any(permits(role.code, one) for one in permissions)]
    return ", ".join(f"{role.code} {role.label}" for role in holders)


def _notes(step: Step) -> str:
    notes = []
    if step.needs_note:
        notes.append("reason")
    if step.relatives_excluded:
        notes.append("kin")
    if step.action in CONFIRMING:
        notes.append("may be delegated")
    if step.action in ON_NOTICES:
        notes.append("with the village's notice")
    if step.own_act:
        notes.append(f"by `{step.own_act}`")
    return ", ".join(notes) or "–"


def _limits() -> Iterator[str]:
    yield "## Limits\n"
    yield "Working days by the State Council's calendar; the day itself is not counted (民法典 201)."
    yield "Computed from the steps whenever they are shown.\n"
    yield "| limit | days | counted from | article |"
    yield "|---|---|---|---|"
    tekun, others = next(iter(clocks.DECIDE_DAYS.values())), clocks.DECIDE_DAYS_OTHERWISE
    rows = (
        ("accept (this office's own promise)", f"{clocks.ACCEPT_DAYS} working", "submission, or papers brought", "–"),
        ("start of the survey", f"{clocks.START_SURVEY_DAYS} working", "acceptance, or the way back to it", "57号 15"),
        ("survey and opinion, 特困", f"{clocks.TEKUN_SURVEY_DAYS} working", "acceptance", "43号 13"),
        ("answer to an objection", f"{clocks.TEKUN_SURVEY_DAYS} working", "objection", "43号 14"),
        (
            "public notice 公示",
            f"{NOTICE_DAYS} natural, the last rolled to the next working day",
            "the day after posting",
            "57号 19",
        ),
        ("earliest confirmation", "the day after the notice's last", "–", "57号 20"),
        ("decision 确认", f"{others} working; 特困 {tekun}", "end of the notice, or 审核不同意", "57号 20; 43号 16"),
        ("overall, without 特困", f"{clocks.OVERALL_DAYS} working", "acceptance", "57号 22"),
        ("overall where delegated", f"{clocks.DELEGATED_DAYS} working", "acceptance", "民发〔2022〕83号 四（一）"),
        ("overall where the notice was disputed", f"{clocks.SPECIAL_DAYS} working", "acceptance", "57号 22"),
        ("first payment", "the month after confirmation", "–", "57号 21; 43号 18"),
    )
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
    yield "The clock stands still while the applicant is asked for papers (待补正) and while the notice runs (公示中)."
    yield ""
