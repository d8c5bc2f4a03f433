"""自测: what a household may be entitled to, worked out while the page is made and forgotten with it.

The same rules and figures as a case, over what somebody says of themselves. It answers "may", never "is": what is not
known stays unknown, and the window decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from disclosure.self_check_forms import AMOUNTS, HouseholdForm, ObligorForm, PersonForm, typed
from eligibility import catalogue
from eligibility.assess import Line, preview
from eligibility.local_settings import settings, written
from eligibility.programmes import Programme
from eligibility.spoken import chinese
from households.identity import age_on

MOST_PEOPLE: Final = 12
MOST_OBLIGORS: Final = 8
CHECK, SHOW, ADD_PERSON, DROP_PERSON = "check", "show", "add-person", "drop-person"
ADD_OBLIGOR, DROP_OBLIGOR = "add-obligor", "drop-obligor"
UNCLEAR: Final = "unclear"
ADULT: Final = 18
_CHILD: Final = frozenset({Programme.ORPHAN, Programme.DE_FACTO_ORPHAN})
_SEVERE: Final[dict[str, Line | None]] = {
    "yes": {"kind": "physical", "grade": 2},
    "no": None,
    # The one kind and grade of which the rules themselves say that they cannot tell whether it is severe.
    UNCLEAR: {"kind": "multiple", "grade": 3},
}


class Sheet:
    """The whole form: as it is first opened, as it was typed, or judged."""

    def __init__(self, on: date, sent: Mapping[str, Any] | None = None, *, judge: bool = False) -> None:
        self.on = on
        sent = {} if sent is None else sent
        people = _count(sent.get("people"), 1, MOST_PEOPLE, 1)
        obligors = _count(sent.get("obligors"), 0, MOST_OBLIGORS, 0)
        act, _, which = str(sent.get("do", "")).partition(":")
        self.people = [PersonForm(n, on, **given) for n, given in _rows(sent, "p", people, act, which, judge)]
        self.obligors = [ObligorForm(n, **given) for n, given in _rows(sent, "o", obligors, act, which, judge)]
        self.household = HouseholdForm(**({"data": sent} if judge else {"initial": typed(sent, "h")} if sent else {}))

    def is_valid(self) -> bool:
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong and self._agrees()

    def _agrees(self) -> bool:
        """Nobody says that there is no such relative and fills one in."""
        if self.household.cleaned_data["obligors"] == "none" and self.obligors:
            self.household.add_error("obligors", "选了没有，下面又填了亲属，改一处")
            return False
        return True

    @property
    def forms(self) -> list[Any]:
        """In the order of the page."""
        return [self.household, *self.people, *self.obligors]

    @property
    def problems(self) -> list[dict[str, str]]:
        """What is to be changed, each with the id of its field, in the order of the page."""
        home = [self.household[name] for name in ("county", "area")]
        means = [self.household[name] for name in ("assets", "need", "medical", "education")]
        people = [bound for form in self.people for bound in form]
        others = [self.household["obligors"], *(bound for form in self.obligors for bound in form)]
        asked = (*home, *people, *others, *means)
        return [{"id": bound.auto_id, "words": str(sentence)} for bound in asked for sentence in bound.errors]

    @property
    def has_room(self) -> bool:
        return len(self.people) < MOST_PEOPLE

    @property
    def has_room_for_obligors(self) -> bool:
        return len(self.obligors) < MOST_OBLIGORS


def _count(text: Any, least: int, most: int, default: int) -> int:
    plain = str(text)
    return max(least, min(most, int(plain))) if plain.isascii() and plain.isdigit() and len(plain) < 4 else default


def _rows(
    sent: Mapping[str, Any], letter: str, count: int, act: str, which: str, judge: bool
) -> list[tuple[int, dict[str, Any]]]:
    """Number and arguments of each row's form, after one was added or taken away; the others keep what was typed."""
    if judge:
        return [(n, {"data": sent}) for n in range(1, count + 1)]
    rows = [typed(sent, f"{letter}{n}") for n in range(1, count + 1)]
    add, drop = (ADD_PERSON, DROP_PERSON) if letter == "p" else (ADD_OBLIGOR, DROP_OBLIGOR)
    most, first = (MOST_PEOPLE, 2) if letter == "p" else (MOST_OBLIGORS, 1)
    if act == add and len(rows) < most:
        rows.append({})
    at = _count(which, 0, 999, 0)
    if act == drop and first <= at <= len(rows):
        del rows[at - 1]
    return [(n, {"initial": row} if row else {}) for n, row in enumerate(rows, 1)]


def line(sheet: Sheet) -> Line:
    """A valid sheet as one object of the `assess` contract. A birth counts from the first of its month."""
    said = sheet.household.cleaned_data
    local = settings()
    keys = ("edge_multiple", "rigid_ratio")
    ratios = {key: local.value(key, said["county"], said["area"], sheet.on) for key in keys}
    return {
        "as_of": sheet.on.isoformat(),
        "region": said["county"],
        "area": said["area"],
        "people": [_person(form.cleaned_data) for form in sheet.people],
        "obligors": _obligors(said["obligors"], sheet.obligors),
        # What is too much is a local rule that a person applies: owning one of these is no refusal here.
        "assets_within_limit": True if said["assets"] == "none" else None,
        "spending": [
            _money("medical", said["medical"], "year"),
            _money("education", said["education"], "year"),
            _money("living", None, "year"),
        ],
        "need": {"kind": said["need"]} if said["need"] else None,
        **{key: written(value) for key, value in ratios.items() if value is not None},
    }


def _money(kind: str, fen: int | None, per: str) -> Line:
    return {"kind": kind, "amount": None if fen is None else f"{fen // 100}.{fen % 100:02d}", "per": per}


def _person(said: Mapping[str, Any]) -> Line:
    living = said["living"] or "together"
    return {
        "relation": said.get("relation") or "head",
        "birth_date": said["birth"].isoformat(),
        "student": said["student"] or None,
        "disability": {"kind": said["disability"], "grade": int(said["grade"])} if said["disability"] else None,
        "major_illness": {"yes": True, "no": False}.get(said["illness"]),
        "self_care_failed": int(said["self_care"]) if said["self_care"].isdigit() else None,
        "absence": living if living not in {"together", "apart"} else None,
        "lives_here": living != "apart",
        "orphan": None if said["parents"] in {"", UNCLEAR} else said["parents"],
        "income": _income(said),
        "deductions": [] if said["paid"] is None else [_money("social_insurance", said["paid"], "month")],
    }


def _income(said: Mapping[str, Any]) -> list[Line] | None:
    if said["income"] == UNCLEAR:
        return None
    return [_money(kind, said[kind], per) for kind, per, _ in AMOUNTS if said[kind] is not None]


def _obligors(answer: str, forms: Sequence[ObligorForm]) -> list[Line] | None:
    if answer == "none":
        return []
    if answer == UNCLEAR or not forms:
        return None
    return [_obligor(form.cleaned_data) for form in forms]


def _obligor(said: Mapping[str, Any]) -> Line:
    """Where nobody knows what a relative receives, nothing of them is taken for certain."""
    unclear = said["receives"] == UNCLEAR
    income = _money("", None if unclear else said["income"], "")["amount"]
    return {
        "age": None if unclear else said["age"],
        "monthly_income": income,
        "receives": None if unclear else said["receives"] or None,
        "disability": _SEVERE[said["severe"] or UNCLEAR],
        "status": said["status"] or None,
    }


@dataclass(frozen=True)
class Result:
    """One programme for the family or for one person, as somebody at home reads it."""

    label: str
    whose: str
    outcome: str
    amount: str
    per: str
    why: tuple[str, ...]
    sums: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Answer:
    """What may fit, what a person must decide, what does not seem to fit and why."""

    likely: tuple[Result, ...]
    unsure: tuple[Result, ...]
    unlikely: tuple[Result, ...]


def answer(sheet: Sheet) -> Answer | None:
    """Work a valid sheet out; None where the rules refuse to read it. Nothing is stored and nothing is logged."""
    found = preview(line(sheet))
    if "error" in found:
        return None
    results = [_result(entry, sheet) for entry in _with_unclear(found["results"], sheet)]
    likely, unsure, unlikely = (
        tuple(one for one in results if one.outcome == outcome)
        for outcome in ("eligible", "undetermined", "ineligible")
    )
    return Answer(likely, unsure, unlikely)


def _with_unclear(entries: Sequence[Line], sheet: Sheet) -> list[Line]:
    """A child whose parents' situation nobody can tell is never refused for it."""
    children = [n for n, form in enumerate(sheet.people) if _is_unclear(form.cleaned_data, sheet.on)]
    answered = {(entry["programme"], entry["person"]) for entry in entries}
    made: list[Line] = []
    for entry in entries:
        open_ones = [n for n in children if (entry["programme"], n) not in answered]
        if entry["programme"] not in _CHILD or not open_ones:
            made.append(entry)
            continue
        made += [] if entry["person"] is None else [entry]
        if (entry["programme"], None) in answered or entry["person"] == _last(answered, entry["programme"]):
            made += [{**entry, **_PARENTS_UNCLEAR, "person": n} for n in open_ones]
    return made


def _last(answered: set[tuple[str, int | None]], programme: str) -> int:
    return max(person for name, person in answered if name == programme and person is not None)


def _is_unclear(said: Mapping[str, Any], on: date) -> bool:
    return said["parents"] == UNCLEAR and age_on(said["birth"], on) < ADULT


_PARENTS_UNCLEAR: Final[Line] = {
    "outcome": "undetermined",
    "amount": None,
    "tests": [{"passed": None, "said": "父母情况说不清，由工作人员认定"}],
    "steps": [],
}

_TELLING: Final = {"eligible": True, "undetermined": None, "ineligible": False}
"""Of which tests the sentences are shown: those that made the answer what it is."""


_MAYBE: Final = {
    "家庭符合低保条件": "家庭可能符合低保条件",
    "家庭属于低保边缘家庭": "家庭可能属于低保边缘家庭",
    "家庭中有特困人员": "家庭中可能有特困人员",
    "本人属于特困人员": "本人可能属于特困人员",
}
"""The rules say of a case what it is; said of somebody's own words, another programme's answer is a maybe."""


def _said(test: Line) -> str:
    words = chinese(test["said"])
    for sure, maybe in _MAYBE.items():
        words = words.replace(sure, maybe)
    return words


def _result(entry: Line, sheet: Sheet) -> Result:
    programme, outcome = Programme(entry["programme"]), entry["outcome"]
    telling = [_said(test) for test in entry["tests"] if test["passed"] is _TELLING[outcome]]
    person = entry["person"]
    return Result(
        label=programme.label,
        whose="" if person is None else sheet.people[person].who,
        outcome=outcome,
        amount=entry["amount"] or "",
        per="每月" if entry["per"] == "month" else "一次",
        why=tuple(telling or map(_said, entry["tests"])),
        sums=tuple(chinese(step["said"]) for step in entry["steps"]),
        code=catalogue.of(programme).code,
    )
