"""Who may reach which address: one row for each name in the URLconf. A name missing here fails the build.

`allowed` roles act on what lies in their regions; `hidden` roles are told it does not exist even there; the others are
refused with 403. Outside a role's regions everything is 404, with the same bytes as what was never there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROLES = ("village", "clerk", "reviewer", "county", "approver", "checker", "release", "city", "auditor")
ALL = frozenset(ROLES)
NONE: frozenset[str] = frozenset()
CASE_READERS = ALL - {"release"}
ENTERING = frozenset({"village", "clerk"})
READING_OBJECTIONS = frozenset({"clerk", "reviewer", "city", "auditor"})
LIST_READERS = frozenset({"county", "approver", "checker", "release", "city", "auditor"})

WORKING = ("clerk", "reviewer", "county")
SIMULATING = frozenset({"county", "approver", "city", "auditor"})
COUNTY_READERS = LIST_READERS - {"release"}

EXCHANGE_READERS = frozenset({"county", "city", "auditor"})


@dataclass(frozen=True)
class Rule:
    """`about`: the kind of object whose key stands in the address; "" where there is none.

    `refused` roles are told 403 whatever they ask for, so it says nothing of what exists. `absent_is_new`: a key
    nobody used begins something of one's own. `is_api`: without a sign-in 401, never the login page.
    """

    method: str = "GET"
    about: str = ""
    allowed: frozenset[str] = ALL
    hidden: frozenset[str] = NONE
    refused: frozenset[str] = NONE
    is_open: bool = False
    absent_is_new: bool = False
    leads_to_login: bool = False
    is_api: bool = False
    body: Mapping[str, object] = field(default_factory=dict)
    is_json: bool = False


def reads(about: str, allowed: frozenset[str]) -> Rule:
    """A page about an object, for everybody who may read it; for the others it is not there."""
    return Rule("GET", about, allowed, ALL - allowed)


def acts(about: str, *allowed: str, readers: frozenset[str]) -> Rule:
    """An act on an object: its readers without the post are refused, everybody else does not see it."""
    return Rule("POST", about, frozenset(allowed), ALL - readers - set(allowed))


def drafts(method: str, *, hidden: frozenset[str] = frozenset({"village"}), **more: object) -> Rule:
    """A draft is its owner's (here the clerk's); who enters nothing has no business with any."""
    return Rule(method, "draft", ENTERING - hidden, hidden, refused=ALL - ENTERING, **more)  # type: ignore[arg-type]


TABLE: dict[str, Rule] = {
    # open to everybody
    "healthz": Rule(is_open=True),
    "readyz": Rule(is_open=True),
    "metrics": Rule(is_open=True),
    "login": Rule(is_open=True),
    "design": Rule(is_open=True),
    "public_home": Rule(is_open=True),
    "public_catalogue": Rule(is_open=True),
    "public_matter": Rule(about="public_matter", is_open=True),
    "public_self_check": Rule(is_open=True),
    "public_region": Rule(about="public_region", is_open=True),
    "public_notice": Rule(about="public_notice", is_open=True),
    # everybody signed in
    "logout": Rule("POST", leads_to_login=True),
    "session_extend": Rule("POST"),
    # the interface for other programs: everybody in office
    "api_assess": Rule("POST", is_api=True, body={}, is_json=True),
    "api_schema": Rule(is_api=True),
    # the worklist and the pages everybody in office has
    "home": Rule(),
    "standards": Rule(),
    "local_rules": Rule(),
    "local_rule_cases": Rule("GET", "local_rule", CASE_READERS),
    "standard_draft_new": Rule(allowed=frozenset({"county"})),
    "standard_draft": reads("standard_draft", ALL),
    "standard_scan": reads("standard_draft", ALL),
    "standard_enforce": acts("standard_draft", "approver", readers=ALL),
    "standard_return": acts("standard_draft", "approver", readers=ALL),
    "standard_withdraw": acts("standard_draft", "county", readers=ALL),
    "adjustments": Rule(allowed=COUNTY_READERS | {"release"}),
    "adjustment_prepare": Rule("POST", allowed=frozenset({"county"})),
    "adjustment": reads("adjustment", COUNTY_READERS),
    "adjustment_progress": reads("adjustment", COUNTY_READERS),
    "adjustment_export": reads("adjustment", COUNTY_READERS),
    "adjustment_confirm": acts("adjustment", "approver", readers=COUNTY_READERS),
    "cases": Rule(allowed=CASE_READERS),
    "people": Rule(allowed=CASE_READERS),
    # the entry page
    "entry_new": Rule(allowed=ENTERING),
    "entry_calculate": Rule("POST", allowed=ENTERING),
    "entry_duplicates": Rule("POST", allowed=ENTERING, body={"name": "", "id_number": "", "birth": ""}, is_json=True),
    "entry_twin": Rule(
        "POST",
        "free_key",
        ENTERING,
        refused=ALL - ENTERING,
        absent_is_new=True,
        body={"ref": "0123456789abcdef", "same": True},
        is_json=True,
    ),
    "entry_draft": drafts("GET"),
    "entry_discard": drafts("POST"),
    "entry_save": drafts("POST", body={"version": 0, "fields": {}}, is_json=True, absent_is_new=True),
    "receipt": reads("receipt", CASE_READERS),
    # cases
    "case": reads("case", CASE_READERS),
    "case_part": reads("case_part", CASE_READERS),
    "decision_notice": reads("decision", CASE_READERS),
    "decision_notice_pdf": reads("decision", CASE_READERS),
    "case_number": Rule("POST", "case_person", CASE_READERS, ALL - CASE_READERS),
    "case_rule": acts("case", "reviewer", "county", readers=CASE_READERS),
    "case_relative": acts("case", "village", "clerk", "reviewer", readers=CASE_READERS),
    "case_visit": acts("case", "clerk", "reviewer", readers=CASE_READERS),
    "case_step": acts("case_step", "clerk", readers=CASE_READERS),
    "case_account": acts("case", "village", "clerk", readers=CASE_READERS),
    "case_consent": acts("case", "village", "clerk", readers=CASE_READERS),
    "case_consent_end": acts("case", "village", "clerk", readers=CASE_READERS),
    "case_number_given": acts("case", "village", "clerk", readers=CASE_READERS),
    "case_hold": acts("case", "clerk", "reviewer", "county", "checker", readers=CASE_READERS),
    "case_hold_clear": acts("hold", "county", readers=CASE_READERS),
    # lists departments push
    "pushed": Rule(allowed=CASE_READERS),
    "pushed_new": Rule(allowed=frozenset({"county"})),
    "pushed_list": reads("pushed_list", CASE_READERS),
    "pushed_person": reads("pushed_person", CASE_READERS),
    "pushed_visit": acts("pushed_person", "village", "clerk", "reviewer", readers=CASE_READERS),
    "pushed_place": acts("pushed_person", "village", "clerk", "reviewer", readers=CASE_READERS),
    "pushed_phone": Rule("POST", "pushed_person", CASE_READERS, ALL - CASE_READERS),
    # the night: its runs, what was set aside, what differs
    "runs": Rule(allowed=CASE_READERS),
    "run_start": Rule("POST", allowed=frozenset({"county"})),
    "run": reads("run", CASE_READERS),
    "run_progress": reads("run", CASE_READERS),
    "run_resume": acts("run", "county", readers=CASE_READERS),
    "exchange_file": Rule("GET", "exchange", frozenset({"county"}), ALL - CASE_READERS),
    "findings": Rule(allowed=CASE_READERS),
    "finding": reads("finding", CASE_READERS),
    "finding_accept": acts("finding", *WORKING, readers=CASE_READERS),
    "finding_dispute": acts("finding", *WORKING, readers=CASE_READERS),
    "finding_explain": acts("finding", *WORKING, readers=CASE_READERS),
    "finding_again": acts("finding", *WORKING, readers=CASE_READERS),
    "finding_paper": reads("finding_paper", CASE_READERS),
    "verification_report": reads("case", CASE_READERS),
    # notices
    "notices": Rule(allowed=CASE_READERS),
    "notice": reads("notice", CASE_READERS),
    "notice_sheet": reads("notice", CASE_READERS),
    "notice_post": acts("village", "village", "clerk", readers=ALL),
    "notice_end": acts("notice", "village", "clerk", readers=CASE_READERS),
    "notice_object": acts("notice", "village", "clerk", readers=CASE_READERS),
    "objection": Rule("GET", "objection", READING_OBJECTIONS, ALL - CASE_READERS),
    # the exchange with the platforms
    "platform": Rule(allowed=EXCHANGE_READERS),
    "platform_differences": Rule(allowed=EXCHANGE_READERS),
    "platform_file": Rule("GET", "platform_file", frozenset({"county"}), ALL - EXCHANGE_READERS),
    "platform_receipt": Rule("GET", "platform_receipt", frozenset({"county"}), ALL - EXCHANGE_READERS),
    # what a new standard would do
    "simulation": Rule(allowed=SIMULATING),
    "simulation_start": Rule("POST", allowed=SIMULATING),
    "simulation_progress": Rule(allowed=SIMULATING),
    "simulation_export": Rule(allowed=SIMULATING),
    # payment lists
    "payment_lists": Rule(allowed=LIST_READERS),
    "payment_list_build": Rule("POST", allowed=frozenset({"county"})),
    "payment_list": reads("payment_list", LIST_READERS),
    "payment_list_progress": reads("payment_list", LIST_READERS),
    "payment_list_check": acts("payment_list", "checker", readers=LIST_READERS),
    "payment_list_lock": acts("payment_list", "checker", readers=LIST_READERS),
    "payment_list_approve": acts("payment_list", "approver", readers=LIST_READERS),
    "payment_list_release": acts("payment_list", "release", readers=LIST_READERS),
    "payment_list_cancel": acts("payment_list", "county", readers=LIST_READERS),
    "payment_list_export": acts("payment_file", "release", readers=LIST_READERS),
    "payment_list_file": Rule("GET", "payment_file", LIST_READERS, ALL - LIST_READERS),
    "payment_exception": acts("payment_exception", "county", readers=LIST_READERS),
}
