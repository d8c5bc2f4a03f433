"""自测: asked and answered on one page, and nothing of it is kept; it says "may", and unknown stays unknown."""

from __future__ import annotations

import logging
import os
import random
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from disclosure import limits, self_check
from disclosure.self_check import Sheet
from eligibility.assess_lines import assess

pytestmark = pytest.mark.django_db
ADDRESS = "/public/self-check/"
FORMS = int(os.environ.get("AID_FUZZ", "5000")) // 20
ON = date(2026, 11, 25)
HEAD = {"p1-birth": "1950-02", "p1-income": "none", "p1-illness": "no", "p1-living": "together"}
HOME = {"people": "1", "obligors": "0", "h-county": "371522000000", "h-area": "rural", "h-obligors": "none"}
ALONE = HOME | HEAD | {"h-assets": "none", "do": "check"}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.today", lambda: ON)


def post(client: Client, **changes: str) -> HttpResponse:
    sent = ALONE | {name.replace("__", "-"): value for name, value in changes.items()}
    return send(client, sent)


def send(client: Client, sent: dict[str, str], **more: Any) -> HttpResponse:
    from urllib.parse import urlencode

    body = urlencode(sent, errors="surrogatepass")
    answer: HttpResponse = client.post(ADDRESS, body, "application/x-www-form-urlencoded", **more)  # type: ignore[assignment]
    return answer


def words(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def judged(**changes: str) -> tuple[Sheet, self_check.Answer]:
    sheet = Sheet(ON, ALONE | {name.replace("__", "-"): value for name, value in changes.items()}, judge=True)
    assert sheet.is_valid(), sheet.problems
    answer = self_check.answer(sheet)
    assert answer is not None
    return sheet, answer


def labels(results: tuple[self_check.Result, ...]) -> list[str]:
    return [one.label for one in results]


def test_it_says_what_may_fit_and_about_how_much(client: Client) -> None:
    answer = post(client)
    assert answer.status_code == 200
    said = words(answer)
    # one person, no income: the whole rural standard of 753.00
    assert "可能符合" in said
    assert "以窗口核定为准" in said
    assert "753.00" in said
    assert "/public/catalogue/dibao/" in answer.content.decode()


def test_it_is_the_rules_own_answer() -> None:
    """The same outcome and sum as `assess` gives for the line, programme by programme."""
    sheet, answer = judged(p1__self_care="4")
    found = assess(self_check.line(sheet))["results"]
    for outcome, group in (
        ("eligible", answer.likely),
        ("undetermined", answer.unsure),
        ("ineligible", answer.unlikely),
    ):
        assert [one.amount or None for one in group] == [e["amount"] for e in found if e["outcome"] == outcome]
    assert labels(answer.likely) == ["最低生活保障", "特困人员救助供养"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"p1__disability": "physical", "p1__grade": "3"},
        {"p1__disability": "physical", "p1__grade": "1", "p1__income": "some", "p1__wage": "900"},
    ],
)
def test_it_never_says_that_somebody_is_entitled(client: Client, changes: dict[str, str]) -> None:
    """Also where the answer of one programme stands on another's: what a case is, a person at home only may be."""
    said = words(post(client, **changes))
    assert not re.search("(?<!可能)(?<!不)符合(低保)?条件|(?<!可能)(?<!不)属于低保边缘|有资格|可以领取", said)


def test_why_not_names_the_numbers() -> None:
    _, answer = judged(p1__income="some", p1__wage="5000")
    dibao = next(one for one in answer.unlikely if one.label == "最低生活保障")
    assert len(dibao.why) == 1
    assert re.search(r"5,000\.00 元，不低于 753\.00", dibao.why[0])


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"p1__income": "unclear"}, "最低生活保障"),
        ({"h__assets": "unclear"}, "最低生活保障"),
        ({"h__assets": "some"}, "最低生活保障"),
        ({"h__obligors": "unclear"}, "特困人员救助供养"),
        ({"h__obligors": "some"}, "特困人员救助供养"),
        ({"p1__self_care": "unclear"}, "特困人员救助供养"),
        ({"h__need": "medical"}, "临时救助"),
    ],
)
def test_unknown_stays_unknown(changes: dict[str, str], label: str) -> None:
    _, answer = judged(**changes)
    assert label in labels(answer.unsure)


def test_a_relative_nobody_knows_much_of_refuses_nothing() -> None:
    for given in ({}, {"o1__age": "45"}, {"o1__receives": "unclear", "o1__age": "45", "o1__income": "9000"}):
        _, answer = judged(h__obligors="some", obligors="1", p1__self_care="0", **given)
        assert "特困人员救助供养" in labels(answer.unsure), given
    _, answer = judged(
        h__obligors="some",
        obligors="1",
        o1__age="45",
        o1__income="9000",
        o1__severe="no",
        o1__status="",
        o1__receives="",
    )
    assert "特困人员救助供养" in labels(answer.unlikely)


def test_a_child_whose_parents_nobody_can_tell_of() -> None:
    child = {"p2__birth": "2015-03", "p2__relation": "grandchild", "p2__income": "none", "p2__illness": "no"}
    _, answer = judged(people="2", **child, p2__parents="unclear")
    asked = [(one.label, one.whose) for one in answer.unsure if one.label in {"孤儿", "事实无人抚养儿童"}]
    assert asked == [("孤儿", "第 2 人（孙子女、外孙子女）"), ("事实无人抚养儿童", "第 2 人（孙子女、外孙子女）")]
    other = {"p3__birth": "2013-03", "p3__relation": "grandchild", "p3__income": "none", "p3__illness": "no"}
    _, answer = judged(people="3", **child, **other, p2__parents="unclear", p3__parents="de_facto")
    mine = [one.whose.split("（")[0] for one in answer.unsure if one.label == "事实无人抚养儿童"]
    assert mine == ["第 2 人"]
    assert "事实无人抚养儿童" in labels(answer.likely)


@pytest.mark.parametrize(
    "typed", ["1956-2", "1956-02", "195602", "1956.2", "1956年2月", "１９５６－０２", " 1956 / 2 "]
)
def test_a_month_is_read_as_people_write_it(typed: str) -> None:
    sheet, _ = judged(p1__birth=typed)
    assert self_check.line(sheet)["people"][0]["birth_date"] == "1956-02-01"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"p1__birth": ""}, "填写户主的出生年月"),
        ({"p1__birth": "很久以前"}, "户主出生年月填如 1956-02"),
        ({"p1__birth": "1956-13"}, "户主出生年月填如 1956-02"),
        ({"p1__birth": "2026-12"}, "户主出生年月核对一下"),
        ({"p1__birth": "1800-01"}, "户主出生年月核对一下"),
        ({"p1__income": ""}, "选户主有没有收入"),
        ({"p1__income": "some"}, "户主填一项收入，没数的选说不清"),
        ({"p1__wage": "5"}, "户主选了没有收入，下面又有数"),
        ({"p1__income": "some", "p1__wage": "-5"}, "打工、上班，每月填 0–999999.99 的数字"),
        ({"p1__disability": "mental"}, "户主残疾类别和等级照残疾证填"),
        ({"p1__student": "x"}, "户主上学按列出的选"),
        ({"h__county": "371500000000"}, "住在哪个县（市、区）按列出的选"),
        ({"h__area": ""}, "选城镇还是农村"),
        ({"obligors": "1"}, "选了没有，下面又填了亲属，改一处"),
        ({"h__obligors": "some", "obligors": "1", "o1__age": "x"}, "亲属 1周岁填 0–130 的整数"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = post(client, p1__paid="12.34", **changes)
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert len(sentence) <= 25
    assert 'value="12.34"' in answer.content.decode()
    assert "可能符合" not in words(answer)


def test_people_come_and_go_without_a_script(client: Client) -> None:
    grown = post(client, do="add-person", p1__paid="12.34")
    assert 'name="people" value="2"' in grown.content.decode()
    assert "处要改" not in words(grown), "nobody is scolded for what they have not come to yet"
    two = {"people": "3", "p2__birth": "1980-01", "p3__birth": "2011-11", "p3__relation": "child"}
    left = post(client, do="drop-person:2", **two).content.decode()
    assert 'name="people" value="2"' in left
    assert 'name="p2-birth" value="2011-11"' in left
    assert "1980-01" not in left
    assert 'name="obligors" value="1"' in post(client, do="add-obligor").content.decode()
    gone = post(client, do="drop-obligor:1", obligors="2", o1__age="44", o2__age="55").content.decode()
    assert 'name="o1-age" value="55"' in gone


def test_the_house_has_its_limits(client: Client) -> None:
    full = post(client, people="12", do="add-person").content.decode()
    assert 'name="people" value="12"' in full
    assert "再加一个人" not in full
    assert 'name="people" value="12"' in post(client, people="999", do="show").content.decode()


def test_large_text_keeps_what_was_typed(client: Client) -> None:
    answer = client.post(
        f"{ADDRESS}?text=large", "people=1&do=show&p1-birth=1950-02", "application/x-www-form-urlencoded"
    )
    assert 'class="large"' in answer.content.decode()
    assert 'value="1950-02"' in answer.content.decode()
    assert "处要改" not in words(answer)  # type: ignore[arg-type]


def contents() -> dict[str, list[Any]]:
    """Every row of every table but the visitors' allowance, of which the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            shown = (
                "count(*)::text"
                if table == "disclosure_visitor"
                else "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
            )
            cursor.execute(f"SELECT count(*), {shown} FROM {connection.ops.quote_name(table)} t")
            found[table] = list(cursor.fetchone())
    return found


def test_nothing_is_stored_set_or_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get(ADDRESS)
    before = contents()
    with caplog.at_level(logging.DEBUG):
        for sent in ({}, {"p1__income": "some", "p1__wage": "4321.09"}, {"do": "add-person"}, {"p1__birth": "?"}):
            answer = post(client, **sent)
            assert answer.headers["Cache-Control"] == "no-store"
            assert not answer.cookies
            assert "noindex" in answer.headers["X-Robots-Tag"]
    assert contents() == before
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert "4321" not in logged
    assert "1950" not in logged


def test_it_needs_no_form_token_because_it_changes_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, ALONE, headers={"Origin": "https://elsewhere.example"}).status_code == 200


def test_it_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    post(client)
    with django_assert_max_num_queries(5):
        post(client)


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_another_kind_of_body_is_not_read(client: Client, media_type: str) -> None:
    answer = client.post(ADDRESS, b"p1-birth=1950-02", media_type)
    assert answer.status_code == 200
    assert "1950-02" not in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_reading_and_asking(client: Client, method: str) -> None:
    assert getattr(client, method)(ADDRESS).status_code == 405


def test_asking_counts_like_reading(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "take", lambda _: False)
    assert post(client).status_code == 429


def test_it_is_found_from_the_public_home(client: Client) -> None:
    assert ADDRESS in client.get("/public/").content.decode()


JUNK = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "x",
    "\x00",
    "１２",
    "none",
    "1950-02",
    "\ud800",
    "人" * 5000,
    "1e9",
    "<b>",
]


def test_broken_forms(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """250 forms with junk in them: a page every time, and what was typed never becomes markup.

    Ten times as many by `make fuzz`.
    """
    monkeypatch.setattr(limits, "take", lambda _: True)
    chance = random.Random(5)
    page = client.get(ADDRESS).content.decode()
    names = sorted(set(re.findall(r'name="([^"]+)"', page)) | {"o1-age", "o1-income", "p2-birth", "p2-relation"})
    acts = ["check", "show", "add-person", "drop-person:1", "drop-person:99", "drop-obligor:", "x", ""]
    for _ in range(FORMS):
        sent = ALONE | {chance.choice(names): chance.choice(JUNK) for _ in range(chance.randint(1, 5))}
        sent |= {"people": chance.choice(["1", "2", "x", "", "-3"]), "do": chance.choice(acts)}
        answer = send(client, sent)
        assert answer.status_code == 200, sent
        assert '<b>"' not in answer.content.decode()
