"""`appoint`: how an empty system gets its first people."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db
STRONG = "Quiet-River-Stone-82"


def appoint(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = STRONG) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command("appoint", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_user_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    said = appoint(monkeypatch, "liu", "--name", "刘海燕", "--role", "clerk", "--region", "371522101")
    assert said.strip() == "刘海燕: 乡镇窗口经办, 张鲁镇"
    user = User.objects.get(username="liu")
    assert user.check_password(STRONG)
    assert [post.role for post in user.posts.all()] == ["clerk"]
    assert not user.is_demonstration


def test_a_known_user_keeps_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    appoint(monkeypatch, "liu", "--name", "刘海燕", "--role", "clerk", "--region", "371522101")
    appoint(monkeypatch, "liu", "--role", "clerk", "--region", "371522102", password="")
    user = User.objects.get()
    assert user.check_password(STRONG)
    assert user.posts.count() == 2


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (("--name", "刘", "--role", "clerk", "--region", "999999"), STRONG, "no region"),
        (("--name", "刘", "--role", "clerk", "--region", "371522"), STRONG, "只能设在乡镇"),
        (("--role", "clerk", "--region", "371522101"), STRONG, "--name is needed"),
        (("--name", "刘", "--role", "clerk", "--region", "371522101"), "short", "12"),
        (("--name", "刘", "--role", "clerk", "--region", "371522101"), "Liaocheng-2026-Dibao", "地名"),
        (("--name", "刘", "--role", "clerk", "--region", "371522101", "--as", "nobody"), STRONG, "no user nobody"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_made(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], password: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        appoint(monkeypatch, "liu", *arguments, password=password)
    assert not User.objects.exists()
