"""Registers whose rows say more than a sum: what each means beside what was declared. One function a kind.

Each is given what the source says of the kind (None: nothing) and answers with the difference, or None. An ID number of
somebody else comes as its keyed index, is compared and left out of what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from accounts.canonical import canonical
from eligibility.programmes import Programme
from verification.compare.amounts import Seen, looks_down, looks_up, of_year
from verification.declared import About, Code, Declared
from verification.sources.base import Kind

Entries = Sequence[dict[str, Any]]
Reading = Callable[[Kind, About, Any, Declared, date], Seen | None]


def in_order(entries: Entries) -> list[dict[str, Any]]:
    """The same entries in the same order, whichever way a night's file has them."""
    return sorted(entries, key=canonical)


def _is_valid(entry: dict[str, Any], on: date) -> bool:
    return not entry.get("until") or bool(entry["until"] >= on.isoformat())


def _declared(code: Code | None) -> str | None:
    return code.code if code else None


def _coded(kind: Kind, field: str, stated: str | None, entries: Entries, mine: Callable[[str], bool]) -> Seen | None:
    """`field` holds the code; `mine`: the declared codes this register would know of, others it can't contradict."""
    declared = [{field: stated}] if stated else None
    if entries:
        agrees = any(one.get(field) == stated for one in entries)
        return None if agrees or not looks_up(kind) else Seen(declared, in_order(entries))
    return Seen(declared, None) if stated and mine(stated) and looks_down(kind) else None


def death(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """A death nobody reported. Registers differ in the day: it is one mismatch all the same."""
    return None if not said or about.died_on else Seen(None, str(said), identity="dead")


CUSTODY = frozenset({"prison", "detention", "drug_isolation"})


def custody(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Held on that day. Whoever was declared to be in prison is not reported again for being detained."""
    held = [one for one in said or () if _is_valid(one, on)]
    stated = _declared(known.code(kind, about))
    kinds = {one.get("kind") or "detention" for one in held}
    if stated in CUSTODY and "detention" in kinds:
        return None
    return _coded(kind, "kind", stated, held, CUSTODY.__contains__)


def missing(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """A court's day; declared is that they are missing, since when nobody said."""
    is_stated = _declared(known.code(kind, about)) == "missing"
    if bool(said) == is_stated or not (looks_up(kind) if said else looks_down(kind)):
        return None
    return Seen(is_stated or None, str(said) if said else None)


def school(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Compulsory education nobody need declare."""
    stated = _declared(known.code(kind, about))
    staged = [one for one in said or () if one.get("stage")]
    if not stated and all(one["stage"] == "compulsory" for one in staged):
        return None
    return _coded(kind, "stage", stated, staged, bool)


def disability(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """A certificate in force, by kind and grade."""
    valid = [one for one in said or () if _is_valid(one, on)]
    code = known.code(kind, about)
    stated = [{"kind": code.code, "grade": str(code.grade)}] if code else None
    if not valid:
        return Seen(stated, None) if stated and looks_down(kind) else None
    held = {(one.get("kind"), str(one.get("grade"))) for one in valid}
    if (code and (code.code, str(code.grade)) in held) or not looks_up(kind):
        return None
    return Seen(stated, in_order(valid))


def serious_mental(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Asked only of whoever claims it."""
    codes = known.codes.get(about.subject, {})
    claimed = "disability" in codes and codes["disability"].code == "mental"
    claimed = claimed or ("health" in codes and codes["health"].code == "severe")
    if bool(said) == claimed or not (looks_up(kind) if said else looks_down(kind)):
        return None
    return Seen(claimed, bool(said))


def other_aid(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Aid from elsewhere. What this county grants is known here; of an obligor only what was claimed is looked at."""
    own = bool(about.receives) and bool(known.place)
    elsewhere = [one for one in said or () if not (own and known.place in (one.get("place") or known.place))]
    stated = _declared(known.code(kind, about))
    if elsewhere:
        return Seen(None, in_order(elsewhere)) if not stated and about.is_member and looks_up(kind) else None
    if not stated or said or not looks_down(kind):
        return None
    return Seen([{"programme": _PROGRAMMES.get(stated, stated)}], None)


_PROGRAMMES = dict(Programme.choices())


def company(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """A firm that stands, whatever was declared of business: that may be the field, and the firm another."""
    standing = [one for one in said or () if one.get("state") != "ended"]
    if not standing or not looks_up(kind):
        return None
    stated = yearly(kind, about, known)
    return Seen({"fen": stated, "per": "year"} if stated else None, in_order(standing))


def employment(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Insured wages a month against the wage; an insurance without its base against whether there is a wage."""
    entries = in_order(said or ())
    bases = [one["base"] for one in entries if one.get("base") is not None]
    if not bases:
        is_new = bool(entries) and not declares_income(kind, about, known)
        return Seen({"fen": 0, "per": "month"}, entries) if is_new else None
    total = yearly(kind, about, known)
    seen = of_year(kind, total, sum(bases), is_monthly=True, only_more=not about.is_member)
    return seen._replace(verified=entries) if seen else None


def declares_income(kind: Kind, about: About, known: Declared) -> bool:
    """Some of it, or an unknown sum."""
    return yearly(kind, about, known) != 0


def yearly(kind: Kind, about: About, known: Declared) -> int | None:
    """What was declared of these incomes, in fen a year; of an obligor, of all. None where one of them is unknown."""
    sums = known.incomes.get(about.subject, {})
    wanted = kind.compares.get("income", ()) if about.is_member else sums.keys()
    parts = [fen for name, fen in sums.items() if name in wanted]
    return None if None in parts else sum(fen for fen in parts if fen is not None)


def hukou(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Registered in another county than asks, or moved out."""
    gone = [one for one in said or () if _is_elsewhere(one, known.county)]
    return Seen([{"region": known.county}], in_order(gone)) if gone and about.is_member else None


def _is_elsewhere(entry: dict[str, Any], county: str) -> bool:
    return bool(entry.get("moved_out")) or not str(entry.get("region") or county).startswith(county)


_PARTNERS = {"parent": "parent", "grandparent": "grandparent"}


def marriage(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """Married to somebody who does not live here, or living here as husband and wife and divorced.

    The register is not everybody: whoever is not in it says nothing of a marriage.
    """
    if not said or not about.is_member:
        return None
    newest = max(said, key=lambda one: str(one.get("since") or ""))
    status, spouse = newest.get("status"), newest.get("spouse_number")
    members = known.members.get(about.household, [])
    kept = {key: value for key, value in newest.items() if key != "spouse_number"}
    if status == "married" and spouse:
        here = any(one.number_index == spouse for one in members)
        return None if here else Seen([{"status": "single"}], [kept])
    together = _lives_with_spouse(about, known)
    if together is None or together == (status == "married"):
        return None
    return Seen([{"status": "married" if together else "single"}], [kept])


def _lives_with_spouse(about: About, known: Declared) -> bool | None:
    """None where somebody lives there who may be the spouse: relations are to the head alone."""
    members = known.members.get(about.household, [])
    relation = next((one.relation for one in members if one.person == about.person), "")
    others = [one.relation for one in members if one.person != about.person]
    if relation in ("head", "spouse"):
        return ("spouse" if relation == "head" else "head") in others
    return None if _PARTNERS.get(relation, "other") in others else False


def birth(kind: Kind, about: About, said: Any, known: Declared, on: date) -> Seen | None:
    """A child under 18 who is not in the household, by number, else by birthday."""
    grown = date(on.year - 18, on.month, min(on.day, 28)).isoformat()
    born = [one for one in said or () if (one.get("born") or "") > grown]
    absent = [{"born": one["born"]} for one in born if not _lives_here(one, about, known)]
    return Seen(None, in_order(absent)) if absent and about.is_member else None


def _lives_here(child: dict[str, Any], about: About, known: Declared) -> bool:
    members = known.members.get(about.household, [])
    if number := child.get("child_number"):
        return any(one.number_index == number for one in members)
    return any(one.birth_date == child["born"] for one in members)


READINGS: dict[str, Reading] = {
    "death": death,
    "custody": custody,
    "missing_declared": missing,
    "school": school,
    "disability": disability,
    "serious_mental": serious_mental,
    "other_aid": other_aid,
    "company": company,
    "employment": employment,
    "hukou": hukou,
    "marriage": marriage,
    "birth": birth,
}

QUIET: dict[str, Callable[[Any, str, date], bool]] = {
    "hukou": lambda said, county, on: not any(_is_elsewhere(one, county) for one in said),
    "custody": lambda said, county, on: not any(_is_valid(one, on) for one in said),
    "disability": lambda said, county, on: not any(_is_valid(one, on) for one in said),
    "company": lambda said, county, on: all(one.get("state") == "ended" for one in said),
}
"""Records that say nothing: what everybody has, what is over. Given the county that asks and the day."""
