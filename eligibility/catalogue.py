"""The catalogue (一次办好清单): what can be applied for, one file a matter, checked against a schema when it is read.

The public page, the window's list of papers and the case read the same files. No figure in force is typed in them:
a matter names the measures it pays by, and whoever shows it asks the standards of the day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from eligibility.programmes import Programme

SOURCE = Path(__file__).parent / "data" / "catalogue"


class CatalogueError(Exception):
    """A file of the catalogue is not as the schema wants it: which file, which key, what is wrong there."""

    def __init__(self, file: str, key: str, what: str) -> None:
        super().__init__(f"{file}: {key or '(whole file)'}: {what}")
        self.file, self.key, self.what = file, key, what


class Kind(StrEnum):
    """Under which trouble somebody looks for a matter, in the order of the page."""

    LIVING = "living"
    URGENT = "urgent"
    ILLNESS = "illness"
    CHILDREN = "children"
    DISABILITY = "disability"
    STUDY_WORK_HOME = "study_work_home"
    JUSTICE = "justice"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _TROUBLES[self]


_TROUBLES = {
    Kind.LIVING: "过日子有困难",
    Kind.URGENT: "突然遇到难事，等不得",
    Kind.ILLNESS: "看病花钱多",
    Kind.CHILDREN: "孩子没人照管、有病或残疾",
    Kind.DISABILITY: "家里有残疾人",
    Kind.STUDY_WORK_HOME: "上学、找工作、住房",
    Kind.JUSTICE: "打官司、受了侵害、见义勇为",
    Kind.OTHER: "别的帮助",
}


class Provider(StrEnum):
    """Who brings a paper to the file."""

    APPLICANT = "applicant"
    OFFICE = "office_fetches"
    NOBODY = "must_not_ask"


class Fact(StrEnum):
    """What a family claims that makes a paper wanted."""

    NEED_MEDICAL = "need_medical"
    NEED_EDUCATION = "need_education"
    NEED_SUDDEN = "need_sudden"
    ILLNESS = "illness"
    DISABILITY = "disability"
    STUDENT = "student"
    UNSEEN_NO_LABOUR = "unseen_no_labour"  # neither the age nor a disability certificate shows it
    AGENT = "agent"
    OBLIGOR = "obligor"


Facts = frozenset[str]


@dataclass(frozen=True)
class Paper:
    """One paper of a matter. `when` empty: always."""

    code: str
    name: str
    provider: Provider
    how: str = "hand_in"
    source: str = ""
    when: Facts = frozenset()
    note: str = ""
    article: str = ""

    def is_for(self, facts: Facts) -> bool:
        return not self.when or bool(self.when & facts)


@dataclass(frozen=True)
class Limit:
    """How long a step may take. `unit` is a count's (`working_days`, `days`, `hours`, `months`) or says it all."""

    unit: str
    amount: int = 0

    @property
    def words(self) -> str:
        return f"{self.amount} {_UNITS[self.unit]}" if self.amount else _UNITS[self.unit]


_UNITS = {
    "working_days": "个工作日",
    "days": "天",
    "hours": "小时",
    "months": "个月",
    "at_once": "马上",
    "same_month": "当月起",
    "next_month": "下个月起",
    "local": "以当地公布为准",
}


@dataclass(frozen=True)
class Step:
    """One step of the way and its limit."""

    code: str
    name: str
    limit: Limit
    article: str
    counted_from: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """`受理起 3 个工作日`, `批准的下个月起`, `以当地公布为准`."""
        if self.limit.unit == "local" or not self.counted_from:
            return self.limit.words
        return f"{self.counted_from}{_JOINED.get(self.limit.unit, '起 ')}{self.limit.words}"


_JOINED = {"at_once": "后", "same_month": "的", "next_month": "的"}


@dataclass(frozen=True)
class Figure:
    """A figure in force, by its measure. `times`: () the figure itself, one so many times it, two a range."""

    name: str
    measure: str
    per: str
    area: str = ""
    times: tuple[str, ...] = ()
    local: str = ""
    cap: str = ""


@dataclass(frozen=True)
class Told:
    """Sentences, and the figures that go with them."""

    words: tuple[str, ...]
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Law:
    title: str
    article: str = ""


@dataclass(frozen=True)
class Phone:
    number: str
    office: str


@dataclass(frozen=True)
class Matter:
    """One matter of the catalogue, as its file tells it."""

    code: str
    programme: Programme | None
    kind: Kind
    name: str
    also_called: tuple[str, ...]
    in_short: str
    who: Told
    cannot: tuple[str, ...]
    gives: Told
    where: str
    how: tuple[str, ...]
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]
    accepts: str
    decides: str
    law: tuple[Law, ...]
    remedies: tuple[str, ...]
    phones: tuple[Phone, ...]
    checked_on: str

    def papers_of(self, provider: Provider, facts: Facts | None = None) -> tuple[Paper, ...]:
        """Its papers of one kind, in order; with `facts` only those that apply to such a family."""
        mine = (paper for paper in self.papers if paper.provider is provider)
        return tuple(paper for paper in mine if facts is None or paper.is_for(facts))


def matters() -> tuple[Matter, ...]:
    """Every matter, by kind and then as the files lie. Raises CatalogueError."""
    return load(SOURCE)


def find(code: str) -> Matter | None:
    return next((matter for matter in matters() if matter.code == code), None)


def of(programme: str) -> Matter:
    """The matter of a programme of this system; there is always exactly one."""
    return _by_programme()[Programme(programme)]


@cache
def _by_programme() -> dict[Programme, Matter]:
    return {matter.programme: matter for matter in matters() if matter.programme}


@cache
def paper_names() -> Mapping[str, str]:
    """Every paper the catalogue knows, by its code: codes are stored with cases and keep their name everywhere."""
    return {paper.code: paper.name for matter in matters() for paper in matter.papers}


@cache
def load(folder: Path) -> tuple[Matter, ...]:
    """The files of a folder, checked each by the schema and all against one another."""
    read = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    _agree(read)
    order = list(Kind)
    return tuple(sorted(read, key=lambda matter: (order.index(matter.kind), _place(matter), matter.code)))


def _place(matter: Matter) -> int:
    """The programmes of this system first, in the order every answer lists them."""
    return list(Programme).index(matter.programme) if matter.programme else len(Programme)


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((SOURCE / "schema.json").read_text(encoding="utf-8")))


def _read(path: Path) -> Matter:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise CatalogueError(path.name, "", f"not readable as YAML: {broken}") from broken
    if wrong := best_match(_schema().iter_errors(told)):
        raise CatalogueError(path.name, _key(wrong), wrong.message)
    if told["code"] != path.stem:
        raise CatalogueError(path.name, "code", f"{told['code']!r} is not the name of the file")
    if told.get("programme", Programme.DIBAO) not in set(Programme):
        raise CatalogueError(path.name, "programme", f"{told['programme']!r} is no programme")
    return _matter(told)


def _key(wrong: ValidationError) -> str:
    """Where it is wrong, as `papers[2].from`; of a key too few or too many its own name."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in wrong.absolute_path)
    rule: Any = wrong.schema
    given: Any = wrong.instance
    named: list[str] = []
    if wrong.validator == "required":
        named = [key for key in rule["required"] if key not in given][:1]
    elif wrong.validator == "additionalProperties":
        named = sorted(set(given) - set(rule["properties"]))[:1]
    return ".".join([*([path.lstrip(".")] if path else []), *named])


def _agree(read: list[Matter]) -> None:
    """A programme has one file, a paper's code is one paper in all of them and once in each."""
    owners: dict[Programme, str] = {}
    papers: dict[str, Paper] = {}
    for matter in read:
        file = f"{matter.code}.yaml"
        if matter.programme and owners.setdefault(matter.programme, file) != file:
            raise CatalogueError(file, "programme", f"{matter.programme} already has {owners[matter.programme]}")
        for place, paper in enumerate(matter.papers):
            first = papers.setdefault(paper.code, paper)
            if (first.name, first.provider, first.how) != (paper.name, paper.provider, paper.how):
                raise CatalogueError(file, f"papers[{place}]", f"{paper.code} is {first.name} in another file")
            if paper.code in {earlier.code for earlier in matter.papers[:place]}:
                raise CatalogueError(file, f"papers[{place}].code", f"{paper.code} stands here twice")


def _matter(told: dict[str, Any]) -> Matter:
    return Matter(
        code=told["code"],
        programme=Programme(told["programme"]) if "programme" in told else None,
        kind=Kind(told["kind"]),
        name=told["name"],
        also_called=tuple(told["also_called"]),
        in_short=told["in_short"],
        who=_told(told["who"]),
        cannot=tuple(told.get("cannot", ())),
        gives=_told(told["gives"]),
        where=told["apply"]["where"],
        how=tuple(told["apply"]["words"]),
        papers=tuple(map(_paper, told["papers"])),
        steps=tuple(map(_step, told["steps"])),
        accepts=told["departments"]["accepts"],
        decides=told["departments"]["decides"],
        law=tuple(Law(**one) for one in told["law"]),
        remedies=tuple(told["remedies"]),
        phones=tuple(Phone(**one) for one in told["phones"]),
        checked_on=told["checked_on"],
    )


def _told(told: dict[str, Any]) -> Told:
    figures = ({**one, "times": tuple(one.get("times", ()))} for one in told.get("figures", ()))
    return Told(tuple(told["words"]), tuple(Figure(**one) for one in figures))


def _paper(told: dict[str, Any]) -> Paper:
    rest = {key: value for key, value in told.items() if key not in ("from", "when")}
    return Paper(provider=Provider(told["from"]), when=frozenset(told.get("when", ())), **rest)


def _step(told: dict[str, Any]) -> Step:
    limit = told["limit"]
    spent = Limit(limit) if isinstance(limit, str) else Limit(*next(iter(limit.items())))
    return Step(**{**told, "limit": spent})
