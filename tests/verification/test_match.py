"""The rows of an answer matched with who was asked: an answer, silence, or a row for a person to look at."""

from __future__ import annotations

from typing import Any

import pytest

from verification.digests import written
from verification.matching import NOTHING, Asked, Matched, Told, match
from verification.sources.base import Said
from verification.sources.reading import Answers

FIRST = 1_000
NUMBERS = ("37159919500101001X", "371599195001010028", "371599195001010036", "")
NAMES = ("王学秀", "李建国", "阿卜杜热合曼·买买提", "刘长兆")


def asked(known: dict[int, Told] | None = None, *, spared: str = "") -> Asked:
    places = {number: place for place, number in enumerate(NUMBERS) if number not in ("", spared)}
    return Asked(FIRST, NAMES, places, known or {})


def nothing(line: int, place: int, name: str = "") -> tuple[int, str, str]:
    return line, NUMBERS[place], name or NAMES[place]


def row(line: int, place: int, is_found: bool | None = True, *, name: str = "", fault: str = "", **values: Any) -> Said:
    return Said(line, NUMBERS[place], name or NAMES[place], is_found, values, "as it stood", fault)


def read(*said: Said, nothing: list[tuple[int, str, str]] | None = None) -> Answers:
    return Answers(len(said) + len(nothing or []), nothing or [], said, lambda line: f"line {line}")


def matched(answer: Answers, whom: Asked | None = None, *, absent: bool = False) -> Matched:
    return match(answer, whom or asked(), absent_means_nothing=absent)


def why(made: Matched) -> list[tuple[int, str]]:
    return [(said.line, str(reason)) for said, reason in made.strays]


def test_records_and_silence_stand_at_their_places() -> None:
    made = matched(read(row(2, 1, pension=100), nothing=[nothing(3, 0), nothing(4, 2)]))
    assert made.silent == b"1010"
    assert made.found == {FIRST + 1: {"pension": 100}}
    assert made.records == [(2, FIRST + 1, '{"pension":100}')]
    assert (made.answers, made.answered(FIRST), why(made)) == (3, {FIRST, FIRST + 1, FIRST + 2}, [])


def test_a_name_written_another_way_is_the_same_person() -> None:
    made = matched(read(nothing=[nothing(2, 2, "阿卜杜热合曼•买买提 "), nothing(3, 0, " 王学秀")]))
    assert (bytes(made.silent), why(made)) == (b"1010", [])


def test_another_name_and_nobody_asked_about_answer_nothing() -> None:
    stranger = (3, "371599195001010044", "周某")
    made = matched(read(row(4, 1, name="王二"), nothing=[nothing(2, 0, "张三"), stranger]), absent=True)
    assert sorted(why(made)) == [(2, "other_name"), (3, "not_asked"), (4, "other_name")]
    # Their rows were there: it is no silence of the file. Whoever is in no row has none.
    assert (bytes(made.silent), made.records) == (b"0010", [])
    assert {said.text for said, _ in made.strays} == {"line 2", "line 3", "as it stood"}


def test_whoever_was_left_out_is_nobody_asked_about() -> None:
    made = matched(read(nothing=[nothing(2, 0)]), asked(spared=NUMBERS[0]), absent=True)
    assert (why(made), bytes(made.silent)) == ([(2, "not_asked")], b"0110")


@pytest.mark.parametrize(("is_found", "fault"), [(None, ""), (True, "养老金：写法无法识别")])
def test_a_row_that_could_not_tell_is_not_nothing(is_found: bool | None, fault: str) -> None:
    made = matched(read(row(2, 0, is_found, fault=fault)), absent=True)
    assert made.silent == b"0110"
    assert why(made) == ([(2, "bad_value")] if fault else [])


@pytest.mark.parametrize(("number", "name"), [("", "李建国"), ("李建国", ""), ("", "")])
def test_a_row_that_may_be_anybodys_leaves_nobody_silent(number: str, name: str) -> None:
    torn = Said(3, number, name, None, {}, "as it stood", "列数与表头不符")
    made = matched(read(row(2, 0, pension=100), torn), absent=True)
    assert (bytes(made.silent), [line for line, *_ in made.records], why(made)) == (b"0000", [2], [(3, "bad_value")])


def test_a_row_that_is_not_whole_is_somebodys_whose_number_it_has() -> None:
    torn = Said(3, NUMBERS[1], "", None, {}, "as it stood", "列数与表头不符")
    made = matched(read(row(2, 0, pension=100), torn), absent=True)
    assert (bytes(made.silent), why(made)) == (b"0010", [(3, "bad_value")])


def test_a_strangers_bad_value_leaves_the_others_silent() -> None:
    bad = Said(3, "371599195001010044", "周某", None, {}, "as it stood", "养老金：写法无法识别")
    assert matched(read(bad), absent=True).silent == b"1110"


def test_a_second_row_of_other_content_is_looked_at() -> None:
    made = matched(read(row(2, 0, pension=100), row(5, 0, pension=101), row(6, 1, pension=7), row(7, 1, pension=7)))
    assert [line for line, *_ in made.records] == [2, 6]
    assert why(made) == [(5, "second_answer")]


def test_what_was_answered_before_stands() -> None:
    known: dict[int, Told] = {0: NOTHING, 1: ("found", {"pension": 100})}
    again = read(row(2, 1, pension=100), nothing=[nothing(3, 0), nothing(4, 2)])
    made = matched(again, asked(known))
    assert (bytes(made.silent), made.records, why(made)) == (b"0010", [], [])
    other = read(row(2, 0, pension=9), nothing=[nothing(3, 1)])
    assert sorted(why(matched(other, asked(known), absent=True))) == [(2, "second_answer"), (3, "second_answer")]


@pytest.mark.parametrize(
    "values",
    [{}, {"pension": 100}, {"vehicle": True}, {"death": None}, {"death": "2026-11-20"}, {"a": 1, "b": [{"c": "\\"}]}],
)
def test_values_are_written_as_canonical_text(values: dict[str, object]) -> None:
    from accounts.canonical import canonical

    assert written(values) == canonical(values).decode()
