"""The played departments: each answers in its own way, fails as it is told, and writes down whom it was asked about."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.verification.sources.asking import LI, WANG, ZHAO, Playing, playing, question, read, until
from verification.sources import registry
from verification.sources.base import Delivered, Garbage, Said, Source, Transport
from verification.sources.transports.files import Files

POLICE, BANKS, HEALTH = (registry.source(code) for code in ("public_security", "financial", "health"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(autouse=True)
def _well(world: Playing) -> None:
    world.fail()


serials = iter(range(1, 100))


def reference(source: Source) -> str:
    return f"{source.number}-20261125-371522-{next(serials):04d}"


def asked_and_answered(world: Playing, code: str, count: int = 1) -> list[Delivered]:
    """The answers a new question brought, when there are so many."""
    source, way = world.connected(code)
    own = reference(source)
    way.ask(question(source, reference=own))
    return came(way, own, count)


def came(way: Transport, own: str, count: int) -> list[Delivered]:
    def mine() -> list[Delivered]:
        return [one for one in way.collect() if one.name.startswith(own)]

    until(lambda: len(mine()) >= count)
    return mine()


def by_number(source: Source, answer: Delivered) -> dict[str, Said]:
    return {one.id_number: one for one in read(source, answer)}


@pytest.mark.parametrize("code", [source.code for source in registry.sources() if source.code not in ("tax", "health")])
def test_every_department_answers_in_its_own_file(world: Playing, code: str) -> None:
    (answer,) = asked_and_answered(world, code)
    said = by_number(registry.source(code), answer)
    expected = {"financial": {WANG.id_number}, "public_security": {WANG.id_number}, "civil_affairs": {LI.id_number}}
    assert {number for number, one in said.items() if one.is_found} == expected.get(code, set())
    if code != "finance":  # which names hits only
        assert set(said) == {one.id_number for one in (WANG, LI, ZHAO)}


def test_accounts_come_in_several_rows(world: Playing) -> None:
    (answer,) = asked_and_answered(world, "financial")
    assert answer.rows == 4
    assert by_number(BANKS, answer)[WANG.id_number].values == {"deposit": 350_050}


def test_what_may_be_asked_of_few_only_is_told_of_them_only(world: Playing) -> None:
    _, way = world.connected("health")
    limited = type(WANG)(1, WANG.id_number, WANG.name, also=("serious_mental",))
    told = [way.ask(question(HEALTH, one, reference=reference(HEALTH))) for one in (limited, WANG)]
    assert [[one.is_found for one in read(HEALTH, answer)] for answer in told if isinstance(answer, Delivered)] == [
        [True],
        [False],
    ]


def test_whom_it_was_asked_about_is_written_down(world: Playing) -> None:
    source, way = world.connected("court")
    own = reference(source)
    way.ask(question(source, WANG, ZHAO, reference=own))
    way.ask(question(source, WANG, ZHAO, reference=own))
    came(way, own, 1)
    (entry,) = [one for one in world.asked() if one["reference"] == own]
    assert (entry["source"], entry["people"], entry["again"]) == ("court", [WANG.id_number, ZHAO.id_number], False)
    logged = (world.folder / "asked.jsonl").read_text(encoding="utf-8").splitlines()
    assert entry in [json.loads(line) for line in logged]


GARBAGE: list[tuple[str, str]] = [("bytes", "编码|不是文本"), ("html", "文件不完整|缺少列"), ("columns", "缺少列")]


@pytest.mark.parametrize(("sort", "why"), GARBAGE)
def test_garbage_fits_its_sheet_and_is_refused(world: Playing, sort: str, why: str) -> None:
    world.fail(public_security={"garbage": sort})
    (answer,) = asked_and_answered(world, "public_security")
    with pytest.raises(Garbage, match=why):
        read(POLICE, answer)


def test_half_a_file_comes_with_the_sheet_of_the_whole(world: Playing) -> None:
    world.fail(public_security={"half": True})
    (answer,) = asked_and_answered(world, "public_security")
    with pytest.raises(Garbage, match="与清单的校验值不符"):
        read(POLICE, answer)


def test_a_stranger_stands_among_those_asked_about(world: Playing) -> None:
    world.fail(public_security={"wrong_person": "not_asked"})
    (answer,) = asked_and_answered(world, "public_security")
    assert set(by_number(POLICE, answer)) - {one.id_number for one in (WANG, LI, ZHAO)} == {"371599190001010018"}


def test_another_name_stands_under_the_number(world: Playing) -> None:
    world.fail(public_security={"wrong_person": "other_name"})
    (answer,) = asked_and_answered(world, "public_security")
    assert by_number(POLICE, answer)[WANG.id_number].name == "王秀兰某"


def test_the_same_bytes_come_again_under_another_name(world: Playing) -> None:
    world.fail(public_security={"duplicate": True})
    first, again = asked_and_answered(world, "public_security", count=2)
    assert (first.raw, first.reference) == (again.raw, again.reference)
    assert first.name != again.name


def test_a_second_answer_says_otherwise(world: Playing) -> None:
    world.fail(public_security={"second": True})
    answers = asked_and_answered(world, "public_security", count=2)
    assert {by_number(POLICE, one)[WANG.id_number].is_found for one in answers} == {True, False}


def silent(world: Playing, code: str) -> tuple[Transport, str]:
    """A question that another, asked later at a healthy source, overtakes: it has had its turn and no answer."""
    source, way = world.connected(code)
    own = reference(source)
    way.ask(question(source, reference=own))
    asked_and_answered(world, "transport")
    assert [one for one in way.collect() if one.name.startswith(own)] == []
    return way, own


def test_who_is_down_takes_nothing_until_up_again(world: Playing) -> None:
    world.fail(market={"down": True})
    way, own = silent(world, "market")
    assert isinstance(way, Files)
    assert (way.folder / "outbox" / f"{own}.csv").exists()
    world.fail()
    assert len(came(way, own, 1)) == 1


def test_who_is_late_answers_when_told(world: Playing) -> None:
    world.fail(housing={"late": "told"})
    way, own = silent(world, "housing")
    world.tell("housing")
    assert len(came(way, own, 1)) == 1


def test_every_second_question_is_lost(world: Playing) -> None:
    world.fail(education={"flapping": 2})
    source, way = world.connected("education")
    owns = [reference(source) for _ in range(4)]
    for own in owns:
        way.ask(question(source, reference=own))
    until(lambda: {one["reference"] for one in world.asked()} >= set(owns))
    until(lambda: not list((world.folder / "education" / "outbox").iterdir()))
    assert len([one for one in way.collect() if one.reference in owns]) == 2


ENDS: list[tuple[str, Callable[[Playing], object]]] = [
    ("sigterm", lambda world: world.process.send_signal(signal.SIGTERM)),
    ("by itself", lambda world: None),
]


@pytest.mark.parametrize("end", [end for _, end in ENDS], ids=[name for name, _ in ENDS])
def test_it_stops_when_told_and_by_itself(tmp_path: Path, end: Callable[[Playing], object]) -> None:
    with playing(tmp_path, "--for", "2") as world:
        end(world)
        assert world.process.wait(timeout=20) == 0


def test_what_was_asked_outlives_the_process(tmp_path: Path) -> None:
    with playing(tmp_path) as world:
        source, way = world.connected("court")
        way.ask(question(source))
        until(lambda: len(world.asked()) == 1)
    with playing(tmp_path) as world:
        assert [one["source"] for one in world.asked()] == ["court"]
