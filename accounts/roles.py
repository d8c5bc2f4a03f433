"""Who may do what: a plain table of roles, the level each is held at, and the pairs nobody may hold together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One authority over a region; the codename of the grant on the Region row."""

    VIEW_CASE = "view_case"
    ENTER_CASE = "enter_case"
    ACCEPT_CASE = "accept_case"
    SURVEY_CASE = "survey_case"
    JOIN_SURVEY = "join_survey"
    GIVE_OPINION = "give_opinion"
    POST_NOTICE = "post_notice"
    CONFIRM_CASE = "confirm_case"
    RULE_UNKNOWN = "rule_unknown"
    SET_HOLD = "set_hold"
    CLEAR_HOLD = "clear_hold"
    VIEW_LIST = "view_list"
    BUILD_LIST = "build_list"
    CHECK_LIST = "check_list"
    APPROVE_LIST = "approve_list"
    RELEASE_LIST = "release_list"
    DRAFT_STANDARD = "draft_standard"
    ENFORCE_STANDARD = "enforce_standard"
    VIEW_AUDIT = "view_audit"
    WORK_FINDING = "work_finding"
    RUN_NIGHT = "run_night"
    TAKE_PUSHED_LIST = "take_pushed_list"
    VISIT_PUSHED_PERSON = "visit_pushed_person"


class Level(StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


@dataclass(frozen=True)
class Role:
    """`level` is the region level its posts are held at."""

    code: str
    label: str
    level: Level
    permissions: frozenset[Permission]


def _role(code: str, label: str, level: Level, *permissions: Permission) -> tuple[str, Role]:
    return code, Role(code, label, level, frozenset(permissions))


P = Permission
ROLES: dict[str, Role] = dict(
    (
        _role(
            "village",
            "村级协理员",
            Level.VILLAGE,
            P.VIEW_CASE,
            P.ENTER_CASE,
            P.JOIN_SURVEY,
            P.POST_NOTICE,
            P.VISIT_PUSHED_PERSON,
        ),
        _role(
            "clerk",
            "乡镇窗口经办",
            Level.TOWNSHIP,
            P.VIEW_CASE,
            P.ENTER_CASE,
            P.ACCEPT_CASE,
            P.SURVEY_CASE,
            P.JOIN_SURVEY,
            P.POST_NOTICE,
            P.SET_HOLD,
            P.WORK_FINDING,
            P.VISIT_PUSHED_PERSON,
        ),
        _role(
            "reviewer",
            "乡镇审核",
            Level.TOWNSHIP,
            P.VIEW_CASE,
            P.SURVEY_CASE,
            P.JOIN_SURVEY,
            P.GIVE_OPINION,
            P.RULE_UNKNOWN,
            P.SET_HOLD,
            P.WORK_FINDING,
            P.VISIT_PUSHED_PERSON,
        ),
        _role(
            "county",
            "县级经办",
            Level.COUNTY,
            P.VIEW_CASE,
            P.RULE_UNKNOWN,
            P.SET_HOLD,
            P.CLEAR_HOLD,
            P.VIEW_LIST,
            P.BUILD_LIST,
            P.DRAFT_STANDARD,
            P.WORK_FINDING,
            P.RUN_NIGHT,
            P.TAKE_PUSHED_LIST,
        ),
        _role(
            "approver",
            "县级审批",
            Level.COUNTY,
            P.VIEW_CASE,
            P.CONFIRM_CASE,
            P.VIEW_LIST,
            P.APPROVE_LIST,
            P.ENFORCE_STANDARD,
        ),
        _role("checker", "县级复核", Level.COUNTY, P.VIEW_CASE, P.VIEW_LIST, P.CHECK_LIST, P.SET_HOLD),
        _role("release", "资金发放", Level.COUNTY, P.VIEW_LIST, P.RELEASE_LIST),
        _role("city", "市级督导", Level.CITY, P.VIEW_CASE, P.VIEW_LIST, P.VIEW_AUDIT),
        _role("auditor", "审计", Level.COUNTY, P.VIEW_CASE, P.VIEW_LIST, P.VIEW_AUDIT),
    )
)

# reliability.md, "Who takes which step": the four hands of a payment list are four people; who supervises does not act.
_ACTING = ("village", "clerk", "reviewer", "county", "approver", "checker", "release")
_FOUR_HANDS = ("county", "checker", "approver", "release")
INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    {frozenset((a, b)) for a in _FOUR_HANDS for b in _FOUR_HANDS if a != b}
    | {frozenset((watcher, role)) for watcher in ("city", "auditor") for role in _ACTING}
    | {frozenset(("reviewer", "approver")), frozenset(("clerk", "approver"))}
)


def permits(role: str, permission: Permission) -> bool:
    return permission in ROLES[role].permissions
