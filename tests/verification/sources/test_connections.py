"""The deployment's file: who is connected, how, with what changed; secrets lie elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from verification.sources import connections, registry
from verification.sources.base import Connection
from verification.sources.checked import FileError
from verification.sources.transports import transport
from verification.sources.transports.files import Files
from verification.sources.transports.rest import Rest
from verification.sources.transports.view import View


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "tax.key"
    path.write_text("of no use anywhere", encoding="utf-8")
    return str(path)


def written(folder: Path, told: Any) -> Path:
    path = folder / "connections.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


def rest(secret: str, **more: Any) -> dict[str, Any]:
    return {"transport": "rest", "address": "https://tax.example/ask", "key_id": "aid", "secret_file": secret, **more}


def test_each_is_reached_by_its_way(tmp_path: Path, secret: str) -> None:
    told = {
        "civil_affairs": {"transport": "view", "dsn_file": secret, "view": "share.people"},
        "tax": rest(secret, timeout_seconds=5),
        "court": {"transport": "files", "folder": "/exchange/court", "sheet": "optional"},
    }
    linked = connections.load(written(tmp_path, told))
    ways = {code: type(transport(one.source, one.connection)) for code, one in linked.items()}
    assert ways == {"tax": Rest, "civil_affairs": View, "court": Files}
    assert linked["court"].connection == Connection("files", {"folder": "/exchange/court", "sheet": "optional"})


def test_who_is_not_named_is_not_connected(tmp_path: Path, secret: str) -> None:
    assert connections.load(tmp_path / "none.yaml") == {}
    assert list(connections.load(written(tmp_path, {"tax": rest(secret)}))) == ["tax"]


def test_what_is_said_here_goes_before_the_source_s_file(tmp_path: Path, secret: str) -> None:
    changed = {"batch_size": 7, "timeout_minutes": 3, "backoff_seconds": 2, "every_days": 2, "retries": 1}
    told = {"tax": rest(secret, quiet_hours=[["01:00", "02:00"]], **changed)}
    source = connections.load(written(tmp_path, told))["tax"].source
    assert {key: getattr(source, key) for key in changed} == changed
    assert source.quiet_hours == (("01:00", "02:00"),)
    assert source.legal_basis == registry.source("tax").legal_basis


WRONG = [
    ("no such source", {"police": {"transport": "files", "folder": "/a"}}, "police", "no such source"),
    ("no way", {"tax": {}}, "tax", "'transport' is a required property"),
    ("no such way", {"tax": {"transport": "fax"}}, "tax.transport", "not one of"),
    ("no folder", {"court": {"transport": "files"}}, "court", "'folder' is a required property"),
    ("a folder from here", {"court": {"transport": "files", "folder": "a"}}, "court.folder", "does not match"),
    ("a secret written here", {"tax": {"secret": "abc"}}, "tax", "'secret' was unexpected"),
    ("a password in the address", {"tax": {"address": "https://me:abc@tax.example/"}}, "tax.address", "does not match"),
    ("an open line", {"tax": {"address": "http://tax.example/"}}, "tax.address", "does not match"),
    ("no secret file", {"tax": {"secret_file": "/nowhere/tax.key"}}, "tax.secret_file", "no such file"),
    ("a batch of none", {"tax": {"batch_size": 0}}, "tax.batch_size", "less than the minimum"),
]


@pytest.mark.parametrize(("told", "key", "what"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_line_is_refused_by_key(
    tmp_path: Path, secret: str, told: dict[str, dict[str, Any]], key: str, what: str
) -> None:
    if told.get("tax") and "transport" not in told["tax"]:
        told = {"tax": rest(secret) | told["tax"]}
    with pytest.raises(FileError) as caught:
        connections.load(written(tmp_path, told))
    assert (caught.value.file, caught.value.key) == ("connections.yaml", key)
    assert what in caught.value.what


def test_the_handbooks_example_is_true(tmp_path: Path) -> None:
    """What an administrator copies from the handbook connects three sources."""
    handbook = (Path(__file__).parents[3] / "docs" / "handbook.zh-CN.md").read_text(encoding="utf-8")
    example = handbook.partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "sources.yaml"
    path.write_text(example.replace("/etc/aid/secrets", str(tmp_path)), encoding="utf-8")
    for name in ("human_resources", "civil_affairs.dsn"):
        (tmp_path / name).write_text("secret")
    connected = connections.load(path)
    assert {code: one.connection.transport for code, one in connected.items()} == {
        "public_security": "files",
        "human_resources": "rest",
        "civil_affairs": "view",
    }
    assert connected["human_resources"].source.quiet_hours == (("07:30", "19:00"),)
