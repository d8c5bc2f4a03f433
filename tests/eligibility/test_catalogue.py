"""The catalogue's files: true to schema, programmes and one another; a wrong one is named by file and key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from eligibility import catalogue
from eligibility.catalogue import CatalogueError, Provider
from eligibility.in_force import MEASURES
from eligibility.programmes import Programme

Told = dict[str, Any]
TESTED_BY_MEANS = (Programme.DIBAO, Programme.DIBAO_SINGLE, Programme.EDGE, Programme.TEKUN, Programme.RIGID)
# 社会救助法 art. 41; 57号 art. 17: where the county looks, whoever applies by income and assets.
LOOKED_UP = {"household_register", "insurance", "tax", "real_estate", "market", "housing_fund", "vehicles", "deposits"}


def told(code: str = "dibao") -> Told:
    read: Told = yaml.safe_load((catalogue.SOURCE / f"{code}.yaml").read_text(encoding="utf-8"))
    return read


def written(folder: Path, **files: Told) -> Path:
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def test_every_programme_has_one_file_and_no_file_an_unknown_one() -> None:
    named = [matter.programme for matter in catalogue.matters() if matter.programme]
    assert sorted(named) == sorted(Programme)
    assert all(catalogue.of(programme).programme is programme for programme in Programme)


def test_what_a_one_window_centre_takes_and_forwards_is_there_too() -> None:
    codes = {matter.code for matter in catalogue.matters() if matter.programme is None}
    assert codes >= {
        "medical", "emergency_treatment", "education", "housing", "employment", "legal_aid", "child_rehabilitation",
        "judicial", "disaster", "wandering", "charity", "visits", "cleft_palsy", "severe_mental", "two_cancers",
        "workers", "bravery", "children_in_need",
    }  # fmt: skip
    wandering = catalogue.find("wandering")
    assert wandering is not None
    assert (wandering.name, wandering.also_called) == ("生活无着的流散人员救助", ("流浪乞讨人员救助",))
    assert catalogue.find("nothing") is None


WRONG: list[tuple[str, Callable[[Told], object], str, str]] = [
    ("missing key", lambda m: m.pop("remedies"), "remedies", "required"),
    ("missing key inside", lambda m: m["papers"][2].pop("from"), "papers[2].from", "required"),
    ("unknown key", lambda m: m.update(colour="red"), "colour", "unexpected"),
    ("unknown key inside", lambda m: m["steps"][1].update(days=3), "steps[1].days", "unexpected"),
    ("wrong type", lambda m: m.update(papers="申请书"), "papers", "not of type 'array'"),
    ("a number as text", lambda m: m["phones"][0].update(number=12349), "phones[0].number", "not of type 'string'"),
    ("text as a number", lambda m: m["steps"][1].update(limit={"working_days": "3"}), "steps[1].limit.working_days",
     "not of type 'integer'"),
    ("two units", lambda m: m["steps"][1].update(limit={"days": 3, "hours": 2}), "steps[1].limit", "too many"),
    ("no such provider", lambda m: m["papers"][0].update({"from": "neighbour"}), "papers[0].from", "not one of"),
    ("no such kind", lambda m: m.update(kind="money"), "kind", "not one of"),
    ("no such fact", lambda m: m["papers"][6].update(when=["rich"]), "papers[6].when[0]", "not one of"),
    ("no such measure", lambda m: m["who"]["figures"][0].update(measure="dibao.gift"), "who.figures[0].measure",
     "not one of"),
    ("fetched from nowhere", lambda m: m["papers"].append({"code": "x_ray", "name": "片子", "from": "office_fetches"}),
     "papers[24].source", "required"),
    ("an empty list", lambda m: m.update(law=[]), "law", "non-empty"),
    ("a code in capitals", lambda m: m["papers"][0].update(code="ID"), "papers[0].code", "does not match"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "what"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_file_is_refused_by_file_and_key(
    tmp_path: Path, change: Callable[[Told], object], key: str, what: str
) -> None:
    content = told()
    change(content)
    with pytest.raises(CatalogueError) as refused:
        catalogue.load(written(tmp_path, dibao=content))
    assert (refused.value.file, refused.value.key) == ("dibao.yaml", key)
    assert what in refused.value.what
    assert str(refused.value).startswith(f"dibao.yaml: {key}: ")


def test_a_file_of_another_name_or_programme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"edge\.yaml: code: 'dibao' is not the name of the file"):
        catalogue.load(written(tmp_path, edge=told()))
    (tmp_path / "gold").mkdir()
    with pytest.raises(CatalogueError, match=r"edge\.yaml: programme: 'gold' is no programme"):
        catalogue.load(written(tmp_path / "gold", edge=told("edge") | {"programme": "gold"}))


@pytest.mark.parametrize("text", ["code: [", "", "- a list", "code: dibao\x00", "code: !!python/object:os.system {}"])
def test_what_is_not_a_matter_at_all_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "dibao.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"^dibao\.yaml: "):
        catalogue.load(tmp_path)


def test_files_agree_with_one_another(tmp_path: Path) -> None:
    twice = told("edge") | {"programme": "dibao"}
    (tmp_path / "twice").mkdir()
    with pytest.raises(CatalogueError, match=r"edge\.yaml: programme: dibao already has dibao\.yaml"):
        catalogue.load(written(tmp_path / "twice", dibao=told(), edge=twice))
    other = told("edge")
    other["papers"][2]["name"] = "申请表"
    with pytest.raises(CatalogueError, match=r"edge\.yaml: papers\[2\]: application is 申请书 in another file"):
        catalogue.load(written(tmp_path, dibao=told(), edge=other))
    again = told()
    again["papers"].append(again["papers"][0])
    (tmp_path / "again").mkdir()
    with pytest.raises(CatalogueError, match=r"papers\[24\]\.code: identity stands here twice"):
        catalogue.load(written(tmp_path / "again", dibao=again))


def test_codes_that_are_stored_with_cases_keep_their_paper() -> None:
    names = catalogue.paper_names()
    kept = ("application", "commitment", "income_proof", "severe_proof", "no_labour_proof", "medical_bills")
    assert [names[code] for code in kept] == [
        "申请书", "家庭状况承诺书", "收入凭据", "重病诊断证明", "无劳动能力材料", "医疗费用票据",
    ]  # fmt: skip
    assert names["school_bills"] == "录取通知书或学费票据"


@pytest.mark.parametrize("programme", TESTED_BY_MEANS)
def test_nobody_is_asked_for_what_checking_finds(programme: Programme) -> None:
    """社会救助法 art. 62."""
    matter = catalogue.of(programme)
    assert {paper.code for paper in matter.papers_of(Provider.OFFICE)} >= LOOKED_UP
    assert {paper.code for paper in matter.papers_of(Provider.NOBODY)} >= {"household_book_copy", "bank_statement"}
    assert all(paper.article for paper in matter.papers_of(Provider.NOBODY))


def test_a_disability_is_looked_up_wherever_it_counts() -> None:
    """The certificate is the Federation's own register: 残联 is asked, never the family."""
    asking = [p for m in catalogue.matters() for p in m.papers if p.code == "disability_certificate"]
    assert len(asking) > 8
    assert {paper.provider for paper in asking} == {Provider.OFFICE}


def test_no_figure_in_force_is_typed_into_a_file() -> None:
    """Sums come from the standards of the day: no file holds an amount of yuan."""
    money = re.compile(r"\d[\d,.]*\s*(元|块|万)")
    for path in catalogue.SOURCE.glob("*.yaml"):
        assert money.search(path.read_text(encoding="utf-8")) is None, path.name


def test_the_schema_names_the_measures_there_are() -> None:
    schema = json.loads((catalogue.SOURCE / "schema.json").read_text(encoding="utf-8"))
    assert set(schema["$defs"]["figure"]["properties"]["measure"]["enum"]) == MEASURES
    facts = schema["$defs"]["paper"]["properties"]["when"]["items"]["enum"]
    assert facts == list(catalogue.Fact)
    assert schema["properties"]["kind"]["enum"] == list(catalogue.Kind)
