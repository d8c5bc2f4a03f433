"""`export_platform` and `import_platform`: what operators type, as that person's act."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from applications.models import PlatformDelivery, PlatformFile
from applications.platform import made
from tests.making import COUNTY, make_award, make_user, region
from tests.platform.exchanging import ON, Kind, accepted, read, reply

pytestmark = pytest.mark.django_db(transaction=True)
BUREAU = "莘县医疗保障局"


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("accounts.clock.today", lambda: ON)
    return make_user("county").username


def run(command: str, *words: object) -> str:
    out = StringIO()
    call_command(command, *map(str, words), stdout=out)
    return out.getvalue()


def export(*words: object) -> str:
    return run("export_platform", *words)


def test_it_works(name: str, tmp_path: Path) -> None:
    make_award()
    said = export("--kind", "recipients", "--since", "2026-11-01", "--as", name, tmp_path)
    path = tmp_path / "recipients-371522-000001.csv"
    assert said.startswith(f"{path} 第 1 号 1 行 校验值 ")
    assert len(read(path.read_bytes())) == 1
    assert "第 2 号 0 行" in export("--kind", "recipients", "--as", name, tmp_path)


def test_the_credit_file_is_numbered_by_itself(name: str, tmp_path: Path) -> None:
    export("--kind", "recipients", "--as", name, tmp_path)
    assert "第 1 号 0 行" in export("--kind", "credit", "--since", "2026-11-01", "--as", name, tmp_path)


def test_resend_writes_the_same_bytes_elsewhere(name: str, tmp_path: Path) -> None:
    make_award()
    export("--kind", "recipients", "--as", name, tmp_path)
    make_award()
    again = tmp_path / "again.csv"
    export("--kind", "recipients", "--resend", 1, "--as", name, again)
    assert again.read_bytes() == (tmp_path / "recipients-371522-000001.csv").read_bytes()
    assert list(PlatformDelivery.objects.order_by("at").values_list("is_resend", flat=True)) == [False, True]
    assert PlatformFile.objects.count() == 1


def test_a_status_list_is_answered(name: str, tmp_path: Path) -> None:
    award = make_award()
    asked = tmp_path / "asked.txt"
    asked.write_text(f"证件号码\n{award.payee.id_number}\n")
    words = ("--kind", "status", "--asked", asked, "--for", BUREAU, "--purpose", "参保资助核对", "--as", name)
    export(*words, tmp_path)
    (row,) = read((tmp_path / f"status-371522-{BUREAU}-000001.csv").read_bytes())
    assert (row["证件号码"], row["认定"]) == (award.payee.id_number, "是")
    export("--kind", "status", "--resend", 1, "--for", BUREAU, "--as", name, tmp_path / "again.csv")


def test_what_was_left_behind_goes_first_and_it_is_said(name: str, tmp_path: Path) -> None:
    made.make(Kind.RECIPIENTS, region(COUNTY), actor=None, on=ON)
    make_award()
    said = export("--kind", "recipients", "--as", name, tmp_path)
    assert "第 1 号 0 行" in said
    assert "再运行一次生成下一号" in said
    assert "第 2 号 1 行" in export("--kind", "recipients", "--as", name, tmp_path)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--kind", "recipients"), "写明由谁办理"),
        (("--kind", "recipients", "--as", "nobody"), "没有在用的用户 nobody"),
        (("--kind", "recipients", "--since", "2026-12-01"), "起始日期填 2026-11-25 或更早"),
        (("--kind", "recipients", "--resend", "3"), "还没有生成过这种文件"),
        (("--kind", "recipients", "--county", "37152"), "6 位或 12 位"),
        (("--kind", "recipients", "--county", "371599"), "没有编码为 371599 的县"),
        (("--kind", "recipients", "--county", "371524"), "没有找到"),
        (("--kind", "status"), "--asked 名单文件"),
        (("--kind", "status", "--asked", "/none"), "名单文件读不出"),
        (("--kind", "status", "--since", "2026-11-01"), "不用写 --since"),
    ],
)
def test_what_is_wrong_is_said(name: str, tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    own = () if "--as" in words or sentence == "写明由谁办理" else ("--as", name)
    with pytest.raises(CommandError, match=sentence):
        export(*words, *own, tmp_path)
    assert not list(tmp_path.iterdir())


def test_without_department_and_purpose_nothing_is_told(name: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text("1\n")
    with pytest.raises(CommandError, match=r"写明部门名称.*写明用途"):
        export("--kind", "status", "--asked", asked, "--as", name, tmp_path)


def test_the_act_is_that_persons_with_their_posts(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="由县级经办办理"):
        export("--kind", "recipients", "--as", make_user("approver").username, tmp_path)


def test_receipts_are_taken(name: str, tmp_path: Path) -> None:
    make_award()
    (tmp_path / "outbox").mkdir()
    export("--kind", "recipients", "--as", name, tmp_path / "outbox")
    path = tmp_path / "outbox" / "recipients-371522-000001.csv"
    reply(tmp_path, "recipients-371522-000001", map(accepted, read(path.read_bytes())))
    assert run("import_platform", "--as", name, tmp_path) == "receipt.csv：接收 1 行，退回 0 行，新的差异 0 处\n"
    assert run("import_platform", "--as", name, tmp_path) == "没有新的回执\n"


def test_a_receipt_set_aside_ends_with_1_and_its_reason(name: str, tmp_path: Path) -> None:
    reply(tmp_path, "recipients-371522-000004", [])
    out = StringIO()
    with pytest.raises(CommandError, match="有回执被隔离"):
        call_command("import_platform", "--as", name, str(tmp_path), stdout=out)
    assert "没有发出过编号为 recipients-371522-000004 的文件" in out.getvalue()


def test_an_exchange_folder_has_an_inbox(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件夹"):
        run("import_platform", "--as", name, tmp_path)
