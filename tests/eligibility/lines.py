"""Short lines for tests: what a row of cases.csv is silent about is filled in here."""

from __future__ import annotations

from typing import Any

from eligibility.assess_lines import assess


def person(relation: str = "head", born: str = "1980-01-01", **more: Any) -> dict[str, Any]:
    """Somebody without income, illness or disability, who looks after themselves."""
    return {
        "relation": relation,
        "birth_date": born,
        "major_illness": False,
        "self_care_failed": 0,
        "income": [],
        **more,
    }


def income(amount: str, kind: str = "wage", per: str = "month") -> list[dict[str, str]]:
    return [{"kind": kind, "amount": amount, "per": per}]


def line(*people: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rural household on 2024-06-10, assets within the limit, no obligors."""
    return {
        "as_of": "2024-06-10",
        "area": "rural",
        "people": list(people),
        "obligors": [],
        "assets_within_limit": True,
        **more,
    }


def family(size: int, monthly: str | None = None, **more: Any) -> dict[str, Any]:
    """A head with `monthly` income and size − 1 siblings without any."""
    head = person(income=income(monthly) if monthly else [])
    return line(head, *[person("sibling") for _ in range(size - 1)], **more)


def entry(source: dict[str, Any], programme: str, whose: int | None = None) -> dict[str, Any]:
    """One entry of the answer; `whose` None takes the first."""
    answer = assess(source)
    assert "error" not in answer, answer
    entries = [e for e in answer["results"] if e["programme"] == programme]
    return next(e for e in entries if whose is None or e["person"] == whose)


def outcome(source: dict[str, Any], programme: str, whose: int | None = None) -> tuple[str, str | None]:
    found = entry(source, programme, whose)
    return found["outcome"], found["amount"]


def passed(source: dict[str, Any], programme: str, code: str, whose: int | None = None) -> bool | None:
    """The answer of one test; fails where the test does not appear."""
    tests = {test["code"]: test["passed"] for test in entry(source, programme, whose)["tests"]}
    result: bool | None = tests[code]
    return result


def codes(source: dict[str, Any], programme: str, whose: int | None = None) -> list[tuple[str, bool | None]]:
    return [(test["code"], test["passed"]) for test in entry(source, programme, whose)["tests"]]


def exact(source: dict[str, Any], programme: str, step: str) -> str:
    """The unrounded figure of one step."""
    steps = {s["code"]: s["exact"] for s in entry(source, programme)["steps"]}
    result: str = steps[step]
    return result
