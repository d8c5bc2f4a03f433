"""A YAML file of sources, kinds or connections: read, and held against its schema before anything uses it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

FOLDER = Path(__file__).resolve().parent.parent / "data"


class FileError(Exception):
    """A file is not as its schema wants it: which file, which key, what is wrong there."""

    def __init__(self, file: str, key: str, what: str) -> None:
        super().__init__(f"{file}: {key or '(whole file)'}: {what}")
        self.file, self.key, self.what = file, key, what


def read(path: Path, schema: str) -> dict[str, Any]:
    """The file's content, true to `data/<schema>.schema.json`. Raises FileError."""
    try:
        told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as broken:
        raise FileError(path.name, "", f"not readable as YAML: {broken}") from broken
    # A key too few or too many is named by the sentence, the place it belongs to by the path.
    if wrong := best_match(_schema(schema).iter_errors(told)):
        raise FileError(path.name, wrong.json_path.removeprefix("$").lstrip("."), wrong.message)
    return told


@cache
def _schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")))
