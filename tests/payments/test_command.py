"""`payment_list`: what the pages do, for operators."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from payments.models import PaymentList
from tests.making import make_award, make_user
from tests.payments import stories
from tests.payments.stories import ON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> stories.Office:
    monkeypatch.setattr("accounts.clock.today", lambda: ON)
    return stories.Office()


def run(*words: str) -> str:
    out = StringIO()
    call_command("payment_list", "2026-12", "--county", "371522", *words, stdout=out)
    return out.getvalue()


def test_build_and_show(office: stories.Office) -> None:
    make_award(amount_fen=61_234)
    said = run("build", "--as", office.county.username)
    assert "莘县 2026 年 12 月发放名单 · 第 1 期 编号 37152220261201 待复核" in said
    assert "实发 612.34 元，人民币陆佰壹拾贰元叁角肆分" in said
    shown = json.loads(run("show", "--json"))
    assert (shown["lines"], shown["people"], shown["total"], shown["state"]) == (1, 1, "612.34", "built")
    assert shown["programmes"] == [
        {"programme": "dibao", "label": "最低生活保障", "lines": 1, "people": 1, "total": "612.34"}
    ]


def test_export_writes_both_files(office: stories.Office, tmp_path: Path) -> None:
    make_award()
    stories.release(office, stories.build(office))
    said = run("export", str(tmp_path), "--as", office.release.username)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["莘县37152220261201发放花名册.xlsx", "莘县37152220261201银行代发文件.csv"]
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in files)
    assert said.count("612.00 元") == 2
    assert PaymentList.objects.get().state == "exported"


def test_one_programme(office: stories.Office) -> None:
    make_award()
    assert "0 户" in run("--programme", "tekun", "build", "--as", office.county.username)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("build",), "写明由谁办理"),
        (("build", "--as", "nobody"), "没有在用的用户 nobody"),
        (("show",), "没有 2026-12 的名单"),
        (("export",), "没有 2026-12 的名单"),
    ],
)
def test_what_is_missing_is_said(office: stories.Office, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)


def test_the_act_is_that_persons_with_their_posts(office: stories.Office) -> None:
    with pytest.raises(CommandError, match="县级经办"):
        run("build", "--as", office.checker.username)
    with pytest.raises(CommandError, match="没有找到"):
        run("build", "--as", make_user("county", "371524000000").username)


@pytest.mark.parametrize(
    ("month", "county", "sentence"),
    [
        ("2026-13", "371522", "发放月写成 2026-12 的样子"),
        ("2026-12", "37152", "6 位或 12 位"),
        ("2026-12", "371599", "没有编码为 371599 的县"),
    ],
)
def test_wrong_words_are_said(office: stories.Office, month: str, county: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("payment_list", month, "--county", county, "show")
