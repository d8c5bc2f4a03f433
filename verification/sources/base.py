"""What a source is, what it is asked, what it says: plain values, one protocol, and the errors it may raise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

Value = str | int | bool | None


class SourceUnavailable(Exception):
    """No answer now: not reached, too slow, 5xx. Asked again later. The message is a Chinese sentence."""


class SourceRefused(Exception):
    """The source says no, and would say no again: signature, address, rights. A person looks at it."""


class Garbage(Exception):
    """The whole answer can't be used: unreadable, half, about something else. Kept with its bytes, never read on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person of a question; `line` counts from 1 and is what the answer may refer to.

    `also` names the kinds asked about this person beside the ordinary ones: those with an `only_for`, where the case
    claims just that. Nobody else is asked about them.
    """

    line: int
    id_number: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Some people at one source: `reference` is the request's, never used twice; `on` the business day."""

    source: str
    reference: str
    on: date
    legal_basis: str
    people: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """An answer in hand: the bytes as they came, what kind they are, and the sheet that came with them.

    `reference` is the request it says it answers; "" where it doesn't say. `sha256` and `rows` are the sheet's own
    claims, None where there was no sheet. `name` is the file's or call's name.
    """

    name: str
    raw: bytes
    media_type: str
    reference: str
    sha256: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """The question is delivered and its answer comes later, as a file. `document` is the bytes that went out."""

    receipt: str
    document: bytes


class Transport(Protocol):
    """How a source is reached. Blocking; called outside every database transaction."""

    @property
    def longest_seconds(self) -> float:
        """How long one `ask` may take at the most: for so long nobody else may ask in its place."""

    def ask(self, question: Question) -> Delivered | Handed:
        """Ask once. Asking the same reference twice reaches the source as one question.

        Raises SourceUnavailable, SourceRefused.
        """

    def collect(self) -> Iterator[Delivered]:
        """Answers that have come meanwhile and are whole on disk; each is offered until it is settled."""

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """Put the file away: among those taken, or among those set aside. Safe twice."""


class Said(NamedTuple):
    """One row of an answer as the source's file has it, read: about whom, found or not, and the values by kind.

    `line` is the row's number as a spreadsheet shows it: the heading is 1. `is_found` None: the row itself says that
    the source could not tell. What a source leaves empty is no key of `values`; a count is 0 and a list is [].
    `text` is the row as it stood, for quarantine; `fault` a sentence that names a column and never a value.
    """

    line: int
    id_number: str
    name: str
    is_found: bool | None
    values: dict[str, Value | list[dict[str, Value]]]
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of fact a source answers: the columns it stands in and how several rows of a person become one value.

    `columns`: field → heading; a kind of one value has the field `value`. `many`: one (all rows agree), sum, count (the
    rows that have something there) or list. `words`: field → the source's own words → our codes. `only_for`: asked only
    about people whose case claims one of these: circumstance → codes.
    """

    kind: str
    columns: dict[str, str]
    many: str = "one"
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    only_for: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a kind. `type`: date (ISO text), count, fen, mu (hundredths), flag, code, text, region or id_number.

    An `id_number` is somebody else's: it is read as the file has it, kept as its keyed index, and never shown.
    """

    name: str
    label: str
    type: str
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact, and what of the declared facts it is held against (`data/kinds.yaml`).

    `compares`: income, asset, circumstance or membership → the kinds there; empty: held against nothing, and `evidence`
    says what a person reads it for.
    A difference is tolerated up to `tolerance_fen` or up to `tolerance_percent` of what was declared. `direction` is
    the side of the declared value on which it counts. `hold`: the reason that keeps the next list from paying, or "".
    `unit`: what a count counts.
    """

    code: str
    label: str
    value: str
    fields: tuple[Field, ...]
    compares: dict[str, tuple[str, ...]]
    scope: str
    tolerance_fen: int
    tolerance_percent: int
    direction: str
    article: str
    is_standing: bool
    hold: str
    accept: dict[str, str]
    dispute: dict[str, str]
    unit: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One department's register as its file describes it (`data/sources/<code>.yaml`)."""

    code: str
    number: int
    label: str
    department: str
    legal_basis: str
    batch_size: int
    timeout_minutes: int
    retries: int
    backoff_seconds: int
    quiet_hours: tuple[tuple[str, str], ...]
    every_days: int
    age_limit_days: int
    asks_about: frozenset[str]
    file_format: str
    encoding: str
    absent_means: str
    columns: dict[str, str]
    found_words: dict[str, bool | None]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """Where this deployment reaches a source: `transport` is files, rest or view; the rest is that transport's own."""

    transport: str
    options: dict[str, Any]
