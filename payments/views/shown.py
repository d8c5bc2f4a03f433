"""A list as its page shows it: stages, the step open to this user, rows with their numbers masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts import access
from accounts.models import Job, User
from accounts.roles import ROLES, Permission, permits
from households.masking import mask_account, mask_id
from payments.models import ExportFile, PaymentLine, PaymentList
from payments.moments import moment
from payments.monthly.printed import category
from payments.monthly.steps import APPROVE, CANCELLED_BY, CHECK, LOCK, RELEASE, Step, refusal_of

State = PaymentList.State
_NEXT: dict[str, Step] = {State.BUILT: CHECK, State.CHECKED: LOCK, State.LOCKED: APPROVE, State.APPROVED: RELEASE}
_STAGES = (
    ("生成", "built_at", "built_by"),
    ("复核", "checked_at", "checked_by"),
    ("冻结", "locked_at", "checked_by"),
    ("批准", "approved_at", "approved_by"),
    ("放款", "released_at", "released_by"),
    ("导出", "exported_at", "released_by"),
)


@dataclass(frozen=True)
class Stage:
    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Offer:
    """The next step of a list. `why` says why this user can't take it; "" where they can."""

    action: str
    label: str
    why: str
    asks_password: bool


@dataclass(frozen=True)
class Row:
    """One line as it is read on the page; money in fen."""

    seq: int
    name: str
    id_masked: str
    township: str
    village: str
    category: str
    bank: str
    account_masked: str
    people: int
    due_fen: int
    back_pay_fen: int
    recover_fen: int
    net_fen: int
    months: str
    remark: str


def stages(made: PaymentList) -> list[Stage]:
    """生成 → … → 导出, with who and when; where a cancelled list stopped."""
    shown: list[Stage] = []
    reached = True
    for label, at, by in _STAGES:
        when, who = getattr(made, at), getattr(made, by)
        if when is not None and not (label == "生成" and made.state == State.BUILDING):
            shown.append(Stage(label, f"{moment(when)} {who.full_name}", "done"))
        else:
            stopped = "stopped" if made.state == State.CANCELLED else "now"
            shown.append(Stage(label, "", stopped if reached else "later"))
            reached = False
    return shown


def offer(made: PaymentList, user: User, waiting: int) -> Offer | None:
    """The step that comes next, open to this user or with the reason why not; None where no step is left.

    `waiting` exceptions are not yet settled.
    """
    step = _NEXT.get(made.state)
    if step is None:
        return None
    label = {"check": "复核名单", "lock": "冻结名单", "approve": "批准", "release": "放款"}[step.action]
    why = ""
    if not access.may(user, step.permission, made.region_id):
        why = f"由{_holders(step.permission)}办理"
    elif refusal := refusal_of(made, step, user):
        why = refusal.message
    elif step is LOCK and made.checked_by_id != user.pk:
        why = f"由复核人{made.checked_by.full_name if made.checked_by else ''}冻结"
    elif step is CHECK and waiting:
        why = f"还有 {waiting} 条例外没有办理"
    return Offer(step.action, label, why, step in (APPROVE, RELEASE))


def _holders(permission: Permission) -> str:
    return "、".join(role.label for role in ROLES.values() if permits(role.code, permission))


def may_cancel(made: PaymentList, user: User) -> bool:
    return any(access.may(user, permission, made.region_id) for permission in CANCELLED_BY.get(made.state, ()))


def next_act(made: PaymentList, user: User) -> str:
    """The verb at the end of the list's row: the next step where it is this user's, else a look."""
    if made.state == State.RELEASED and made.released_by_id == user.pk:
        return "导出"
    step = _NEXT.get(made.state)
    return step.verb if step and access.may(user, step.permission, made.region_id) else "查看"


def row(line: PaymentLine) -> Row:
    return Row(
        seq=line.seq,
        name=line.name,
        id_masked=mask_id(line.id_number),
        township=line.township,
        village=line.village,
        category=category(line.programme, line.area),
        bank=line.bank,
        account_masked=mask_account(line.account),
        people=line.people,
        due_fen=line.due_fen,
        back_pay_fen=line.back_pay_fen,
        recover_fen=line.recover_fen,
        net_fen=line.net_fen,
        months=months(line.month_from, line.month_to),
        remark=line.remark,
    )


def months(first: date, last: date) -> str:
    """2026-12, or 2026-11 至 2026-12."""
    return f"{last:%Y-%m}" if first == last else f"{first:%Y-%m} 至 {last:%Y-%m}"


@dataclass(frozen=True)
class Paper:
    """A file of the list: made, being made, failed, or not yet asked for."""

    kind: str
    label: str
    file: ExportFile | None
    may_ask: bool
    may_fetch: bool

    @property
    def is_running(self) -> bool:
        return self.file is not None and self.file.job is not None and self.file.job.closed_at is None

    @property
    def error(self) -> str:
        failed = self.file is not None and self.file.job is not None and self.file.job.state == Job.State.FAILED
        return self.file.job.error if failed and self.file and self.file.job else ""


def papers(made: PaymentList, user: User) -> list[Paper]:
    """Both files with what this user may do; nothing before the release."""
    if made.state not in (State.RELEASED, State.EXPORTED):
        return []
    known = {file.kind: file for file in made.files.select_related("job")}
    releases = access.may(user, Permission.RELEASE_LIST, made.region_id)
    shown = []
    for kind, label in ExportFile.Kind.choices:
        file = known.get(kind)
        written = file is not None and file.written_at is not None
        asked = file is not None and file.job is not None and file.job.state != Job.State.FAILED
        may_ask = not written and not asked and made.released_by_id == user.pk and releases
        may_fetch = written and (releases or kind == ExportFile.Kind.ROSTER)
        shown.append(Paper(kind, label, file, may_ask, may_fetch))
    return shown
