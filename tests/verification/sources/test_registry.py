"""The files of sources and kinds: true to schema, to each other and to what families declare; a wrong one is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from households.models import AssetFact, CircumstanceFact
from households.models.facts import IncomeKind
from households.models.people import Relation
from payments.models import Hold
from verification.sources import registry
from verification.sources.checked import FOLDER, FileError

Told = dict[str, Any]

# policy 6, 社会救助法 art. 41: the departments, and at least what each is asked.
ASKED = {
    "education": {"school"},
    "public_security": {"hukou", "death", "vehicle", "custody"},
    "finance": {"subsidy"},
    "human_resources": {"employment", "pension", "basic_pension", "unemployment_benefit"},
    "natural_resources": {"house"},
    "housing": {"house_contract", "public_housing"},
    "housing_fund": {"housing_fund", "housing_fund_balance"},
    "transport": {"hired_vehicle"},
    "agriculture": {"land", "farm_machine", "poverty_monitored"},
    "health": {"birth", "death", "serious_mental"},
    "market": {"company"},
    "tax": {"tax_wage"},
    "medical_insurance": {"medical_paid"},
    "disabled_federation": {"disability"},
    "civil_affairs": {"marriage", "death", "other_aid"},
    "financial": {"deposit", "insurance", "securities", "payment_balance"},
    "court": {"missing_declared", "enforcement"},
}
STANDING = {
    *("death", "marriage", "vehicle", "company", "house", "employment", "pension", "custody", "other_aid", "hukou"),
}


def test_every_department_of_the_policy_is_a_source() -> None:
    assert {source.code: {item.kind for item in source.items} for source in registry.sources()} == ASKED
    assert [source.number for source in registry.sources()] == list(range(11, 28))
    assert registry.source("tax").department == "税务局"


def test_each_names_its_legal_basis() -> None:
    assert all("社会救助法第四十一条" in source.legal_basis for source in registry.sources())


def test_what_may_be_asked_of_few_only_says_of_whom() -> None:
    limited = {item.kind: item.only_for for source in registry.sources() for item in source.items if item.only_for}
    assert limited == {"serious_mental": {"health": ["severe"], "disability": ["mental", "multiple"]}}


def test_a_kind_is_held_against_what_families_declare() -> None:
    known = {
        "income": set(IncomeKind.values),
        "asset": set(AssetFact.Kind.values),
        "circumstance": set(CircumstanceFact.Kind.values),
        "membership": {*Relation.values, "any"},
    }
    for kind in registry.kinds().values():
        for facts, names in kind.compares.items():
            assert set(names) <= known[facts], kind.code


def test_what_is_held_against_nothing_says_what_it_is_read_for() -> None:
    evidence = {kind.code: kind for kind in registry.kinds().values() if kind.evidence}
    assert set(evidence) == {"medical_paid", "enforcement", "public_housing", "poverty_monitored"}
    assert {kind.code for kind in registry.kinds().values() if not kind.compares} == set(evidence)
    assert not any(kind.accept or kind.dispute or kind.hold or kind.is_standing for kind in evidence.values())


def test_a_kind_holds_for_a_reason_a_hold_can_have() -> None:
    assert {kind.hold for kind in registry.kinds().values()} - {""} == set(Hold.Reason.values)


def test_the_standing_kinds_are_those_a_recipient_must_report() -> None:
    assert {kind.code for kind in registry.kinds().values() if kind.is_standing} == STANDING


def copy(folder: Path, code: str, change: Callable[[Told], object]) -> Path:
    told = yaml.safe_load((FOLDER / "sources" / f"{code}.yaml").read_text(encoding="utf-8"))
    change(told)
    path = folder / f"{code}.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


WRONG: list[tuple[str, Callable[[Told], object], str, str]] = [
    ("missing key", lambda s: s.pop("batch_size"), "", "'batch_size' is a required property"),
    ("unknown key", lambda s: s.update(colour="red"), "", "'colour' was unexpected"),
    ("no such encoding", lambda s: s.update(encoding="latin-1"), "encoding", "not one of"),
    ("a number as text", lambda s: s.update(retries="3"), "retries", "not of type 'integer'"),
    ("no such hour", lambda s: s.update(quiet_hours=[["25:00", "08:00"]]), "quiet_hours[0][0]", "does not match"),
    ("nobody asked", lambda s: s.update(asks_about=[]), "asks_about", "non-empty"),
    ("words missing", lambda s: s.pop("found_words"), "", "'found_words' is a required property"),
    ("silence as none, no word for it", lambda s: (s["columns"].pop("found"), s.pop("found_words")), "absent_means",
     "'not_found' was expected"),
    ("no such kind", lambda s: s["items"].update(yacht={"columns": {"value": "游艇"}}), "items.yacht", "no such kind"),
    ("no such field", lambda s: s["items"]["death"].update(columns={"day": "死亡"}), "items.death.columns.day",
     "no such field"),
    ("a date added up", lambda s: s["items"]["death"].update(many="sum"), "items.death.many", "by sum"),
    ("no such code", lambda s: s["items"]["custody"]["words"]["kind"].update({"拘役": "gaol"}),
     "items.custody.words.kind", "gaol is no code"),
    ("one heading twice", lambda s: s["items"]["death"].update(columns={"value": "姓名"}), "items",
     "姓名 is the heading of two columns"),
    ("another file's name", lambda s: s.update(code="police"), "code", "not the name of the file"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "what"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_source_is_refused_by_file_and_key(
    tmp_path: Path, change: Callable[[Told], object], key: str, what: str
) -> None:
    copy(tmp_path, "public_security", change)
    with pytest.raises(FileError) as caught:
        registry.load(tmp_path)
    assert (caught.value.file, caught.value.key) == ("public_security.yaml", key)
    assert what in caught.value.what


def test_a_number_belongs_to_one_source(tmp_path: Path) -> None:
    copy(tmp_path, "tax", lambda _: None)
    copy(tmp_path, "court", lambda told: told.update(number=22))
    with pytest.raises(FileError, match=r"tax\.yaml: number: 22 is court's"):
        registry.load(tmp_path)


def test_what_is_no_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "tax.yaml").write_text("code: [tax", encoding="utf-8")
    with pytest.raises(FileError, match=r"tax\.yaml: \(whole file\): not readable as YAML"):
        registry.load(tmp_path)


WRONG_KINDS: list[tuple[str, Callable[[Told], object], str, str]] = [
    ("missing key", lambda k: k["kinds"]["death"].pop("article"), "kinds.death", "'article' is a required property"),
    ("fields of one value", lambda k: k["kinds"]["death"].update(fields={"a": {"label": "甲", "type": "date"}}),
     "kinds.death", "False schema does not allow {'a'"),
    ("a list without fields", lambda k: k["kinds"]["company"].pop("fields"), "kinds.company", "'fields' is a required"),
    ("codes missing", lambda k: k["kinds"]["custody"]["fields"]["kind"].pop("codes"), "kinds.custody.fields.kind",
     "'codes' is a required property"),
    ("no such direction", lambda k: k["kinds"]["house"].update(direction="up"), "kinds.house.direction", "not one of"),
    ("no such hold", lambda k: k["kinds"]["death"].update(hold="never"), "kinds.death.hold", "not one of"),
    ("held against nothing, without a word", lambda k: k["kinds"]["enforcement"].pop("evidence"), "kinds.enforcement",
     "'evidence' is a required property"),
    ("compared and evidence", lambda k: k["kinds"]["house"].update(evidence="了解家庭住房和困难的原因"), "kinds.house",
     "False schema does not allow"),
    ("a comparison without its side", lambda k: k["kinds"]["house"].pop("direction"), "kinds.house",
     "'direction' is a required property"),
    ("evidence that could be accepted", lambda k: k["kinds"]["enforcement"].update(accept=["paper_seen"]),
     "kinds.enforcement", "False schema does not allow"),
    ("no such reason", lambda k: k["kinds"]["death"].update(accept=["mood"]), "kinds.death.accept", "mood is no"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "key", "what"), [r[1:] for r in WRONG_KINDS], ids=[r[0] for r in WRONG_KINDS])
def test_a_wrong_kind_is_refused_by_key(tmp_path: Path, change: Callable[[Told], object], key: str, what: str) -> None:
    told = yaml.safe_load((FOLDER / "kinds.yaml").read_text(encoding="utf-8"))
    change(told)
    path = tmp_path / "kinds.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        registry.load_kinds(path)
    assert (caught.value.file, caught.value.key) == ("kinds.yaml", key)
    assert what in caught.value.what
