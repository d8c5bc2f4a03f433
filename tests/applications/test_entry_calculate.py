"""The running calculation: the rules' own answer to what is typed so far, with what is missing beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from applications.models import Application, Draft
from tests.applications.entry_filled import WIFE_ID, clerk, filled

pytestmark = pytest.mark.django_db


def calculate(client: Client, **changes: str | None) -> dict[str, Any]:
    answer = client.post("/applications/calculate/", filled(**changes), headers={"Accept": "application/json"})
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    said["text"] = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said["html"]))
    return said


def test_it_works(client: Client) -> None:
    clerk(client)

    said = calculate(client)

    assert said["result"] == "839.00"
    for words in ("农村低保标准 753.00", "× 保障人数 3 人", "− 核定月收入 1,420.00", "= 月补差 839.00"):
        assert words in said["text"], said["text"]
    assert "按社会救助法 第18条、民发〔2021〕57号 第14条；标准自 2024-01-01 起" in said["text"]
    assert "家庭财产须审核时认定" in said["text"]
    assert said["months"] == {"i0": "520.00", "i1": "600.00", "i2": "300.00", "i3": "--"}
    assert said["total"] == "1,420.00"


def test_it_stores_nothing(client: Client) -> None:
    clerk(client)
    calculate(client)
    assert not Application.objects.exists()
    assert not Draft.objects.exists()


def test_income_above_the_line_says_why_with_the_numbers(client: Client) -> None:
    clerk(client)
    said = calculate(client, i1__amount="1739.01")
    assert said["result"] == ""
    assert "为什么不符合" in said["text"]
    assert "2,559.01" in said["text"]
    assert "753.00 × 3 = 2,259.00" in said["text"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"programme": None}, "填好事项和申请人证件号，就开始试算"),
        ({"a__id_number": ""}, "赵广田没有证件号或关系，没算在内"),
        ({"m0__id_number": WIFE_ID[:12]}, "孙玉梅没有证件号或关系，没算在内"),
        ({"m0__relation": ""}, "× 保障人数 2 人"),
        ({"i1__amount": "12x"}, "另有收入不明"),
        ({"i1__amount": ""}, "第 2 项收入金额，空着按不清楚算"),
        ({"received_on": "x"}, "= 月补差 839.00"),
        ({"village": ""}, "= 月补差 839.00"),
        ({"a__phone": ""}, "户主手机号"),
        ({"a__consents": None}, "赵广田核对授权书"),
        ({"account_number": ""}, "收款账户"),
        ({}, "赵丽核对授权书"),
        ({}, "家庭状况承诺书"),
        ({}, "核对授权书 2 人"),
    ],
)
def test_what_is_incomplete_is_left_out_and_said(client: Client, changes: dict[str, str | None], words: str) -> None:
    clerk(client)
    assert words in calculate(client, **changes)["text"]


def test_what_the_rules_cannot_read_is_said_in_a_sentence(client: Client) -> None:
    clerk(client)
    said = calculate(client, village="前王新村")
    assert "暂不能试算：所在地：填 12 位行政区划代码" in said["text"]
    assert said["result"] == ""


def test_a_child_signs_nothing(client: Client) -> None:
    clerk(client)
    assert "赵子涵核对授权书" not in calculate(client)["text"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"programme": "dibao_urban"}, "城市低保标准 931.00"),
        ({"programme": "edge", "area": "rural"}, "家庭收入低于低保标准"),
        ({"programme": "dibao_single", "area": "rural", "recipient": "m0"}, "本人月收入 600.00"),
        ({"programme": "tekun", "area": "rural", "a__self_care_failed": "2"}, "基本生活标准 979.00"),
        ({"programme": "temporary_medical", "area": "rural", "need_multiple": "6"}, "= 一次性 5,586.00"),
        ({"programme": "temporary_medical", "area": "rural", "need_multiple": ""}, "× 倍数 --"),
        ({"programme": "temporary_education", "area": "rural", "need_multiple": "2"}, "低于范围"),
    ],
)
def test_each_programme_has_its_own_account(client: Client, changes: dict[str, str], words: str) -> None:
    clerk(client)
    text = calculate(client, **changes)["text"]
    if words == "家庭收入低于低保标准":
        assert "边缘家庭线" in text
        assert "为什么不符合" in text
    else:
        assert words in text, text


def test_it_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    clerk(client)
    calculate(client)
    with django_assert_max_num_queries(12):
        calculate(client)


def test_the_one_who_checks_may_not(client: Client) -> None:
    from tests import making

    client.force_login(making.make_user("checker"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/applications/calculate/", filled()).status_code == 403
