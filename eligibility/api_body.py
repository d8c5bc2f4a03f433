"""The body of a call read strictly: one object, an array, or lines; every number exact, every repeated key seen.

The framework's own parsers lose both. Nothing but one batch of objects is held at a time beside the text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from rest_framework.parsers import BaseParser

from accounts.errors import Invalid, TooLarge
from eligibility.answering import MOST_OBJECTS
from eligibility.assess_lines import assess_many
from eligibility.lines.errors import LineError
from eligibility.lines.reading import read_line, split_list
from eligibility.rules.figures import FigureBook

MOST_BYTES = 8 * 1024 * 1024
JSON, LINES = "application/json", "application/x-ndjson"
BODY = "body"


@dataclass(frozen=True)
class Asked:
    """What was sent: how many objects, how to answer them, and what stands around the answers."""

    objects: int
    answers: Callable[[FigureBook], Iterator[str]]
    media_type: str = JSON
    begins: str = ""
    between: str = ""
    ends: str = ""

    def written(self, book: FigureBook) -> Iterator[str]:
        """The answer piece by piece; each object's bytes are those `assess` writes for the same line."""
        yield self.begins
        for number, answer in enumerate(self.answers(book)):
            yield self.between + answer if number else answer
        yield self.ends


class _Strict(BaseParser):
    """Bytes within the limit."""

    def parse(  # type: ignore[override]
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Asked:
        try:
            content: bytes = stream.read(MOST_BYTES + 1)
        except OSError as broken:
            raise Invalid({BODY: "正文没有传完，重新发送"}) from broken
        if len(content) > MOST_BYTES:
            raise TooLarge(f"正文最多 {MOST_BYTES // 1024 // 1024} MB，分几次发送")
        return self.read(content)

    def read(self, content: bytes) -> Asked:
        raise NotImplementedError


class JsonBody(_Strict):
    """One object, answered by one; an array of objects, answered by an array in the same order."""

    media_type = JSON

    def read(self, content: bytes) -> Asked:
        try:
            text = content.decode().removeprefix("\ufeff")
            return _array(text) if text.lstrip(" \t\n\r").startswith("[") else _object(text)
        except UnicodeDecodeError as wrong:
            raise Invalid({BODY: "正文不是 UTF-8 文字"}) from wrong
        except LineError as wrong:
            raise Invalid({BODY: wrong.message.replace("这一行", "正文").replace("每行", "正文")}) from wrong


class LinesBody(_Strict):
    """One object a line, answered line by line: exactly what the command `assess` reads and writes."""

    media_type = LINES

    def read(self, content: bytes) -> Asked:
        count = content.count(b"\n") + (not content.endswith(b"\n"))
        return Asked(count, lambda book: assess_many(BytesIO(content), book), LINES, between="\n", ends="\n")


def _object(text: str) -> Asked:
    value = read_line(text)
    return Asked(1, lambda book: assess_many([value], book))


def _array(text: str) -> Asked:
    """An array longer than a call may be is not read to its end."""
    spans = list(islice(split_list(text), MOST_OBJECTS + 1))
    return Asked(
        len(spans),
        lambda book: assess_many((text[first:last] for first, last in spans), book),
        begins="[\n",
        between=",\n",
        ends="\n]\n",
    )
