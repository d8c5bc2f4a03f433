"""`simulate --standard dibao:rural=800 --as-of 2027-01-01 [--county CODE] [--json]`: what a new standard would do."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock, regions
from accounts.errors import Invalid
from accounts.models import Region
from accounts.roles import Level
from applications.simulation.running import Outcome, Question, run
from eligibility.programmes import Programme
from eligibility.simulate.proposed import Proposed, parse
from eligibility.simulate.totals import Table, Totals, by_county, by_programme

CITY = "371500000000"


class Command(BaseCommand):
    help = (
        "Who would gain and lose by a standard that is not in force, and what it costs a month: of families registered"
        " in this system, by township and in total. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--standard",
            action="append",
            required=True,
            help="dibao:rural=800, tekun.basic:rural=1050, orphan.dispersed=1900, minimum_wage=2500; may be repeated",
        )
        parser.add_argument("--as-of", default="", help="the day it begins, 2027-01-01; today when absent")
        parser.add_argument("--county", default="", help="6 or 12 digits; the whole city when absent")
        parser.add_argument("--json", action="store_true", help="everything as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        question = Question(_proposed(options["standard"]), _day(options["as_of"]), _region(options["county"]))
        outcome = run(question)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(outcome), ensure_ascii=False, indent=1))
            return
        for line in _as_text(outcome):
            self.stdout.write(line)


def _proposed(written: list[str]) -> tuple[Proposed, ...]:
    found: dict[tuple[str, str, str], Proposed] = {}
    for text in written:
        try:
            values = parse(text)
        except Invalid as wrong:
            raise CommandError(f"--standard {text}：{wrong.errors['standard']}") from wrong
        for one in values:
            if (one.programme, one.measure, one.area) in found:
                raise CommandError(f"--standard {text}：同一个标准写了两次，留一个")
            found[one.programme, one.measure, one.area] = one
    return tuple(found.values())


def _day(text: str) -> date:
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"--as-of {text}：写成 2027-01-01 的样子") from wrong


def _region(code: str) -> str:
    if not code:
        return CITY
    whole = code.ljust(12, "0") if len(code) == 6 else code
    if not Region.objects.filter(code=whole, level=Level.COUNTY).exists():
        raise CommandError(f"--county {code}：没有这个编码的县（市、区），填 6 位或 12 位数字")
    return whole


def _as_json(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "as_of": question.on.isoformat(),
        "region": question.region,
        "standards": [one.written for one in question.proposed],
        "households": outcome.households,
        "people": outcome.people,
        "incomplete": outcome.incomplete,
        "programmes": _places({"": by_programme(outcome.table)})[""],
        "counties": _places(by_county(outcome.table)),
        "townships": _places(outcome.table),
    }


def _places(table: Table | Mapping[str, dict[Programme, Totals]]) -> dict[str, dict[str, Any]]:
    return {
        code: {programme.value: _money(totals) for programme, totals in mine.items()} for code, mine in table.items()
    }


def _money(totals: Totals) -> dict[str, Any]:
    """Sums in yuan as the contract writes money; a year is twelve months."""
    shown = {
        name.replace("fen", "month"): yuan(value) if "fen" in name else value for name, value in asdict(totals).items()
    }
    return {**shown, "more_month": yuan(totals.more_fen), "more_year": yuan(totals.more_fen * 12)}


def yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _as_text(outcome: Outcome) -> list[str]:
    question = outcome.question
    lines = [
        f"{regions.name_of(question.region)} {'、'.join(one.written for one in question.proposed)} 自 {question.on} 起",
        f"本系统登记 {outcome.households:,} 户 {outcome.people:,} 人，资料不全未计入 {outcome.incomplete:,} 户",
    ]
    lines += _programmes(by_programme(outcome.table), "")
    for code, mine in outcome.table.items():
        changed = _programmes(mine, "  ", changed_only=True)
        lines += [regions.full_name(code), *changed] if changed else []
    return lines


def _programmes(mine: Mapping[Programme, Totals], indent: str, *, changed_only: bool = False) -> list[str]:
    return [
        f"{indent}{programme.label}：{'，'.join(_words(one))}"
        for programme, one in mine.items()
        if _moves(one) or not changed_only
    ]


def _words(one: Totals) -> list[str]:
    return [
        f"{one.families_before:,} → {one.families_after:,} 户",
        f"新增 {one.gained_families:,} 户 {one.gained_people:,} 人",
        f"退出 {one.lost_families:,} 户 {one.lost_people:,} 人",
        f"待认定 {one.unsure_families:,} 户（未计入）",
        f"每月 {yuan(one.fen_before)} → {yuan(one.fen_after)} 元",
        f"每月多 {yuan(one.more_fen)} 元，全年多 {yuan(one.more_fen * 12)} 元",
    ]


def _moves(one: Totals) -> bool:
    return bool(
        one.more_fen or one.gained_families or one.lost_families or one.settled_families or one.unsettled_families
    )
