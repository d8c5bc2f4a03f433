"""A signed call to the real process that plays the departments: answered once a reference, refused, or not reached."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from tests.verification.sources.asking import LI, REFERENCE, WANG, ZHAO, Playing, playing, question, read
from verification.sources import registry
from verification.sources.base import Delivered, SourceRefused, SourceUnavailable, Transport
from verification.sources.transports.rest import Rest

TAX = registry.source("tax")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(autouse=True)
def _well(world: Playing) -> None:
    world.fail()


def ask(way: Transport, reference: str, *people: object) -> Delivered:
    answer = way.ask(question(TAX, reference=reference))
    assert isinstance(answer, Delivered)
    return answer


def test_a_call_has_its_answer_in_hand(world: Playing) -> None:
    source, way = world.connected("tax")
    answer = ask(way, REFERENCE)
    assert (answer.reference, answer.rows, answer.media_type) == (REFERENCE, 3, "text/csv")
    said = {one.id_number: (one.is_found, one.values) for one in read(source, answer)}
    assert said == {
        WANG.id_number: (True, {"tax_wage": 4_200_050}),
        LI.id_number: (None, {}),
        ZHAO.id_number: (False, {}),
    }
    assert list(way.collect()) == []
    way.settle(answer, is_taken=True)


def test_twice_is_one_question(world: Playing) -> None:
    _, way = world.connected("tax")
    assert ask(way, "22-20261125-371522-0002") == ask(way, "22-20261125-371522-0002")
    again = [one["again"] for one in world.asked() if one["reference"] == "22-20261125-371522-0002"]
    assert again == [False, True]


def test_another_secret_is_refused(world: Playing, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("another")
    with pytest.raises(SourceRefused, match=r"^个人所得税申报：对方拒绝了查询（401）$"):
        ask(world.rest("tax", secret_file=str(other)), "22-20261125-371522-0003")
    assert all(one["reference"] != "22-20261125-371522-0003" for one in world.asked())


def test_another_key_or_address_is_refused(world: Playing) -> None:
    with pytest.raises(SourceRefused, match="401"):
        ask(world.rest("tax", key_id="somebody"), "22-20261125-371522-0004")
    with pytest.raises(SourceRefused, match="404"):
        ask(world.rest("tax", address=f"http://127.0.0.1:{world.port}/nothing"), "22-20261125-371522-0004")


def test_a_missing_secret_is_refused_before_the_call(world: Playing, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="读不到密钥文件"):
        ask(world.rest("tax", secret_file=str(tmp_path / "none")), "22-20261125-371522-0005")


def test_an_answer_too_big_is_refused(world: Playing) -> None:
    with pytest.raises(SourceRefused, match="超过大小限制"):
        ask(world.rest("tax", most_bytes=20), "22-20261125-371522-0006")


def test_cut_off_too_slow_and_out_of_order_are_unavailable(world: Playing) -> None:
    _, way = world.connected("tax")
    world.fail(tax={"down": True})
    with pytest.raises(SourceUnavailable, match="连接不上或超时"):
        ask(way, "22-20261125-371522-0007")
    world.fail(tax={"slow": 5})
    with pytest.raises(SourceUnavailable, match="连接不上或超时"):
        ask(world.rest("tax", timeout_seconds=0.1), "22-20261125-371522-0007")
    world.fail(tax={"flapping": 1})
    with pytest.raises(SourceUnavailable, match="暂不可用（503）"):
        ask(way, "22-20261125-371522-0007")
    world.fail()
    assert ask(way, "22-20261125-371522-0007").rows == 3


def test_nobody_there_is_unavailable(world: Playing) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="连接不上或超时"):
        ask(world.rest("tax", address=f"http://127.0.0.1:{port}/ask"), "22-20261125-371522-0008")


@pytest.fixture
def speaking(tmp_path: Path) -> Iterator[Rest]:
    """A caller of a server that says what the test gave it, whatever it is asked."""
    (tmp_path / "key").write_text("shared")
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/ask"
        way = Rest(TAX, address=address, key_id="aid", secret_file=str(tmp_path / "key"), timeout_seconds=5)
        way.server = server  # type: ignore[attr-defined]
        yield way


def says(way: Rest, answer: bytes) -> None:
    def once() -> None:
        connection, _ = way.server.accept()  # type: ignore[attr-defined]
        with closing(connection):
            connection.recv(1 << 20)
            connection.sendall(answer)

    Thread(target=once, daemon=True).start()


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", SourceRefused, "答复的签名不符"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", SourceRefused, "302"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", SourceRefused, "403"),
        (b"HTTP/1.1 429 Busy\r\nContent-Length: 0\r\n\r\n", SourceUnavailable, "429"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf of it", SourceUnavailable, "连接不上或超时"),
        (b"\x00\x01no protocol at all\r\n\r\n", SourceUnavailable, "连接不上或超时"),
    ],
    ids=["unsigned", "redirect", "forbidden", "busy", "half", "no protocol"],
)
def test_what_is_no_signed_answer_is_not_taken(
    speaking: Rest, answer: bytes, error: type[Exception], message: str
) -> None:
    says(speaking, answer)
    with pytest.raises(error, match=message):
        ask(speaking, REFERENCE)
