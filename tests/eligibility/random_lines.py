"""Random well-formed lines that lean towards the boundaries, and a book of figures with awkward corners."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from eligibility.rules.figures import FigureBook, FigureRow
from tests.eligibility.oracle_figures import Row, shipped_rows

# The days around every change of a figure, a law or the pension rule, and those around 29 February.
DAYS = [
    *["2022-12-31", "2023-01-01", "2023-06-10", "2023-09-30", "2023-10-01", "2023-12-31", "2024-01-01"],
    *["2024-02-29", "2024-06-09", "2024-06-10", "2025-09-30", "2025-10-01", "2025-12-31", "2026-01-01"],
    *["2026-02-28", "2026-03-01", "2026-06-10", "2026-06-30", "2026-07-01", "2026-08-10", "2027-02-28"],
]
REGIONS = [None, "371500000000", "371521000000", "371522000000", "371522101000", "371522101201"]
ODD_REGIONS = ["371525000000", "371526000000", "371526100000", "371502000000", "370102000000", "410100000000"]
LINES = ["753.00", "752.99", "753.01", "931.00", "1129.50", "1129.49", "1506.00", "692.00", "1396.50", "1820.00"]
HEADS = ["753.00", "931.00", "692.00", "871.00", "800.00", "1129.50", "1396.50", "1820.00", "2020.00", "2529.08"]
SUMS = ["0.00", "0.01", "12.34", "143.00", "200.00", "300.50", "1200.00", "2500.00", "2529.08", "999999999.99"]
YEARLY = ["9036.00", "9035.99", "10000.00", "30349.00", "30348.99", "18072.00", "13554.00", "0.01", "22437.00"]
KINDS = ["visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
INCOME = [
    *["wage"] * 4,
    *["basic_pension"] * 4,
    "business",
    "pension",
    "veteran_benefit",
    "family_planning_award",
    "scholarship",
    "bravery_award",
    "relief",
    "other",
]
RELATIONS = ["spouse", "child", "child", "parent", "grandparent", "grandchild", "sibling", "other", "head"]
ORPHANS = ["institution", "dispersed", "de_facto"]
SPENDING = ["living", "medical", "education", "rehabilitation", "other"]
LARGE = ["50000.00", "45000.00", "20000.00", "9036.00", "3000.00", "1200.50", "0.01", "0.00"]
RATIOS = ["0.6", "0.5", 0.25, "0.3333", 1, "1.2", 0, "0.0001", "999999999.9999"]
STUDENTS = ["compulsory", "senior_high", "vocational", "junior_college", "undergraduate", "postgraduate"]


def extra_rows() -> list[Row]:
    """A county with its own standard, one below the floor, one with published care, one before any minimum wage."""
    rural, both = "rural", ""
    return [
        Row("371521000000", rural, "dibao.standard", Fraction(800), date(2024, 6, 10)),
        Row("371525000000", rural, "tekun.basic", Fraction(978), date(2024, 1, 1)),
        Row("371525000000", rural, "tekun.care_semi", Fraction(303), date(2024, 1, 1)),
        Row("371525000000", rural, "tekun.care_full", Fraction("606.67"), date(2024, 1, 1)),
        Row("371502000000", both, "tekun.care_self_reliant", Fraction(250), date(2024, 1, 1)),
        Row("371526100000", both, "dibao.standard", Fraction(650), date(2010, 1, 1)),
        Row("370100000000", "urban", "dibao.standard", Fraction(1000), date(2023, 1, 1)),
        Row("370100000000", both, "tekun.care_full", Fraction(620), date(2023, 1, 1)),
        Row("370100000000", both, "orphan.dispersed", Fraction("2100.40"), date(2024, 6, 10)),
        Row("371525000000", rural, "orphan.institution", Fraction("2300.01"), date(2024, 1, 1)),
        Row("371525000000", "urban", "disability_living.grade_1_2", Fraction(100), date(2024, 1, 1)),
        Row("371521000000", both, "disability_living.grade_3_4", Fraction(0), date(2026, 1, 1)),
        Row("371521000000", both, "disability_care.grade_2", Fraction("151.50"), date(2026, 1, 1)),
    ]


def rows() -> list[Row]:
    return shipped_rows() + extra_rows()


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


@cache
def awkward_book() -> FigureBook:
    """The same rows for the rules under test."""
    return FigureBook(
        FigureRow(
            region_code=r.region,
            area=r.area,
            programme=r.measure.split(".")[0],
            measure=r.measure.split(".")[1],
            value_fen=int(r.value * 100),
            effective_from=r.since,
            for_year=r.year,
        )
        for r in rows()
    )


def as_text(line: dict[str, Any]) -> str:
    return json.dumps(line, default=lambda value: float(value) if isinstance(value, Decimal) else None)


class Maker:
    """Makes lines from one seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def money(self, kind: str, *, known: bool) -> dict[str, Any]:
        per = self.chance.choice(["month", "month", "year"])
        amount: str | None = self.chance.choice(YEARLY if per == "year" and self.often(0.5) else LINES + SUMS)
        if self.often(0.3):
            amount = f"{self.chance.randrange(3000)}.{self.chance.randrange(100):02d}"
        if kind == "basic_pension" and self.often(0.7):
            amount = self.chance.choice(["0.30", "143.00", "0.01", "176.40"])
        entry: dict[str, Any] = {"kind": kind, "amount": amount, "per": per}
        if not known and self.often(0.06):
            entry["amount"] = None
        return entry

    def birth(self, as_of: str) -> str:
        """The 18th, 60th or 70th birthday itself, the day before it, the day after it, or somebody of another age."""
        day = date.fromisoformat(as_of)
        age = self.chance.choice([17, 18, 18, 59, 60, 60, 69, 70, 70, 5, 12, 30, 45, 85])
        year = day.year - age
        if (day.month, day.day) in ((2, 28), (2, 29), (3, 1)) and self.often(0.6):
            return f"{year - year % 4}-02-29"
        drift = self.chance.choice([0, 0, 1, -1, 40, -40])
        birthday = date(year, day.month, min(day.day, 28)).toordinal() + max(0, day.day - 28)
        return min(date.fromordinal(birthday + drift), day).isoformat()

    def disability(self) -> dict[str, Any] | None:
        if self.often(0.6):
            return None
        return {"kind": self.chance.choice(KINDS), "grade": self.chance.randint(1, 4)}

    def income(self) -> list[dict[str, Any]] | None:
        if self.often(0.05):
            return None
        return [
            self.money(self.chance.choice(INCOME), known=False) for _ in range(self.chance.choice([0, 0, 1, 1, 2, 3]))
        ]

    def person(self, relation: str, as_of: str) -> dict[str, Any]:
        c = self.chance
        person: dict[str, Any] = {
            "relation": relation,
            "birth_date": self.birth(as_of),
            "student": c.choice([None, None, None, *STUDENTS]),
            "disability": self.disability(),
            "major_illness": c.choice([False, False, False, True, None]),
            "self_care_failed": c.choice([0, 0, 1, 3, 4, 6, None]),
            "income": self.income(),
            "deductions": c.choice([None, [], [self.money("tax", known=True)]]),
            "prior": c.choice([None, [], ["tekun"], ["dibao"], ["edge", "dibao"]]),
            "lives_here": c.choice([None, True, False]),
        }
        if self.often(0.3):
            person["orphan"] = c.choice(ORPHANS)
        if self.often(0.15):
            person["absence"] = c.choice(["prison", "drug_isolation", "missing", "religious_3_years"])
        return {key: value for key, value in person.items() if value is not None or self.often(0.5)}

    def obligor(self) -> dict[str, Any]:
        c = self.chance
        return {
            "age": c.choice([None, 30, 59, 60, 61, 69, 70, 75]),
            "monthly_income": c.choice([None, "900.00", "2529.08", "2529.09", "2500.00", "0.00"]),
            "receives": c.choice([None, None, "dibao", "tekun", "edge"]),
            "disability": self.disability(),
            "status": c.choice([None, None, None, "prison", "missing", "no_capacity"]),
            "assets_within_limit": c.choice([True, True, False, None]),
        }

    def need(self) -> dict[str, Any] | None:
        kind = self.chance.choice([None, "medical", "medical", "education", "sudden"])
        multiple = self.chance.choice([None, 2, "2.9999", 3, 3.5, 6, "6.0001", 12, "12.0001", 13, "3.3333", 0])
        return self.chance.choice([None, {"kind": kind, "multiple": multiple}, {"kind": kind, "multiple": multiple}])

    def spending(self) -> list[dict[str, Any]] | None:
        if self.often(0.15):
            return None
        entries = [self.money(self.chance.choice(SPENDING), known=False) for _ in range(self.chance.choice([0, 1, 2]))]
        for entry in entries:
            if entry["amount"] is not None and self.often(0.5):
                entry["amount"] = self.chance.choice(LARGE)
        return entries

    def line(self) -> dict[str, Any]:
        c = self.chance
        as_of = c.choice(DAYS)
        size = c.choice([0, 1, 1, 1, 2, 2, 3, 4]) if self.often(0.9) else c.randint(4, 7)
        relations = ["head" if self.often(0.9) else "other"] + [c.choice(RELATIONS) for _ in range(size)]
        line: dict[str, Any] = {
            "as_of": as_of,
            "region": c.choice(REGIONS if self.often(0.7) else ODD_REGIONS),
            "area": c.choice(["rural", "rural", "urban"]),
            "people": [self.person(r, as_of) for r in relations[:size]],
            "obligors": c.choice([None, [], [], [self.obligor()], [self.obligor(), self.obligor()]]),
            "assets_within_limit": c.choice([True, True, True, False, None]),
            "spending": self.spending(),
            "need": self.need(),
            "edge_multiple": c.choice([None, 1.5, "2", 2, "1.2345", Decimal("1.5"), 0, "999999999"]),
            "rigid_ratio": c.choice([None, *RATIOS]),
            "rulings": c.choice([None, None, {}, {"basic_pension_counted": c.choice([True, False, None])}]),
        }
        if size and self.often(0.3):
            c.choice([self.balanced, self.balanced, self.strained])(line)
        return {key: value for key, value in line.items() if value is not None or self.often(0.5)}

    def balanced(self, line: dict[str, Any]) -> None:
        """Income that meets a line exactly, or misses it by a fen: the places where rules go wrong."""
        person, *others = line["people"]
        each, fen = self.chance.choice(HEADS), self.chance.choice([0, 0, -1, 1])
        sum_of_all = int(Fraction(each) * 100) * len(line["people"]) + fen
        person["income"] = [{"kind": "wage", "amount": yuan(sum_of_all), "per": "month"}]
        if self.often(0.3):
            person["income"] = [{"kind": "wage", "amount": yuan(sum_of_all * 12 + fen), "per": "year"}]
        if self.often(0.3):
            tiny = {"kind": "basic_pension", "amount": self.chance.choice(["0.01", "0.30", "143.00"]), "per": "month"}
            person["income"].append(tiny)
        for member in line["people"]:
            member.pop("absence", None)
            member["deductions"] = None
        for other in others:
            other["income"] = []
        line["edge_multiple"] = None

    def strained(self, line: dict[str, Any]) -> None:
        """A family too well off for dibao and edge, whose spending lies on the ratio or a fen beside it."""
        self.balanced(line)
        people = line["people"]
        yearly = self.chance.choice([1_600_000, 2_500_000, 3_034_899, 3_034_900, 3_034_901, 1_355_400]) * len(people)
        people[0]["income"] = [{"kind": "wage", "amount": yuan(yearly), "per": "year"}]
        if self.often(0.2):
            people[0]["income"].append({"kind": "basic_pension", "amount": "0.60", "per": "month"})
        line["as_of"] = self.chance.choice(["2026-01-01", "2026-06-10", "2026-08-10"])
        ratio = self.chance.choice(["0.6", "0.5", "0.25", "0.3333"])
        line["rigid_ratio"] = ratio
        spent = int(Fraction(ratio) * yearly) + self.chance.choice([0, 0, -1, 1, 1, 500_000])
        part = self.chance.randrange(spent)
        line["spending"] = [
            {"kind": "medical", "amount": yuan(part), "per": "year"},
            {"kind": self.chance.choice(SPENDING), "amount": yuan(spent - part), "per": "year"},
        ]
        if spent % 12 == 0:
            line["spending"] = [{"kind": "rehabilitation", "amount": yuan(spent // 12), "per": "month"}]
