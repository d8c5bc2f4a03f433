"""The guide to what can be applied for: every matter has its page, with the sums of today, for anybody."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import audit, clock
from disclosure import matters
from eligibility import catalogue
from eligibility.catalogue import Matter
from eligibility.models import Standard
from tests.making import COUNTY, VILLAGE, make_user

pytestmark = pytest.mark.django_db
EVERY = catalogue.matters()


def page(code: str, query: str = "") -> str:
    answer = Client().get(f"/public/catalogue/{code}/{query}")
    assert answer.status_code == 200, code
    assert not answer.cookies
    return answer.content.decode()


def test_it_is_reached_from_the_front_door_and_lists_every_matter() -> None:
    assert 'href="/public/catalogue/"' in Client().get("/public/").content.decode()
    listed = Client().get("/public/catalogue/").content.decode()
    for matter in EVERY:
        assert f'href="/public/catalogue/{matter.code}/"' in listed
        assert matter.in_short in listed
    assert re.findall(r'href="#([a-z_]+)"', listed) == ["main", *catalogue.Kind]


@pytest.mark.parametrize("matter", EVERY, ids=[matter.code for matter in EVERY])
def test_a_matter_says_all_of_it(matter: Matter) -> None:
    shown = page(matter.code)
    told = [*matter.who.words, *matter.cannot, *matter.gives.words, *matter.how, *matter.remedies]
    told += [matter.name, matter.in_short, matter.where, matter.accepts, matter.decides]
    told += [paper.name for paper in matter.papers] + [step.name for step in matter.steps]
    told += [step.words for step in matter.steps] + [law.title for law in matter.law]
    told += [phone.number for phone in matter.phones]
    assert [words for words in told if words not in shown] == []
    assert "<script" not in shown


def test_the_sums_are_todays() -> None:
    shown = page("dibao")
    assert shown.count("931.00") == shown.count("753.00") == 1
    assert "2024-01-01 起执行" in shown
    assert "2,793.00 至 11,172.00" in page("temporary")
    assert "按规定的公式算出，以当地公布为准" in page("tekun")


def test_a_county_with_its_own_standard_is_named() -> None:
    row = Standard(
        region_id=COUNTY, area="rural", programme="dibao", measure="standard", unit="month",
        value_fen=80_000, effective_from=date(2026, 1, 1),
    )  # fmt: skip
    audit.seal(row, None, "standard.load", on=clock.today(), region_code=COUNTY)
    assert "莘县 800.00" in page("dibao")
    assert "1,200.00" in page("edge")


def test_a_figure_nobody_published_is_said_to_be_missing() -> None:
    found = catalogue.find("dibao")
    assert found is not None
    shown = matters.shown(found, date(2020, 1, 1))
    assert [line.sum for line in shown.lines] == [None, None]


@pytest.mark.parametrize("code", ["nothing", "DIBAO", "dibao.yaml", "schema", "..", "%00", "'--"])
def test_an_unknown_one_is_the_one_page_of_whatever_is_not_there(code: str) -> None:
    answer = Client().get(f"/public/catalogue/{code}/")
    assert answer.status_code == 404
    assert code == ".." or answer.content == Client().get("/public/notices/x/").content


def test_a_signed_in_person_reads_the_same_and_nothing_sent_is_taken() -> None:
    reader = Client()
    reader.force_login(make_user("clerk", VILLAGE), backend="django.contrib.auth.backends.ModelBackend")
    for address in (reverse("public_catalogue"), reverse("public_matter", args=["dibao"])):
        assert reader.get(address).content == Client().get(address).content
        assert Client().post(address).status_code == 405
        assert Client().head(address).status_code == 200


def test_large_text_travels_with_the_reader() -> None:
    for shown in (page("dibao", "?text=large"), Client().get("/public/catalogue/?text=large").content.decode()):
        assert 'class="large"' in shown
        inside = re.findall(r'href="(/public/[^"]*)"', shown)
        assert inside
        assert all(link.endswith("?text=large") for link in inside)


@pytest.mark.parametrize(("address", "most"), [("/public/catalogue/", 1), ("/public/catalogue/tekun/", 4)])
def test_it_takes_few_queries(address: str, most: int) -> None:
    reader = Client()
    reader.get(address)
    with CaptureQueriesContext(connection) as queries:
        reader.get(address)
    assert len(queries) <= most, [query["sql"] for query in queries]


def test_the_heaviest_page_weighs_less_than_60_kb() -> None:
    """Cold, with sheet and sign, as a browser that asks for gzip gets it (U-12)."""
    files = [(settings.BASE_DIR / "static" / name).read_bytes() for name in ("aid.css", "icons/seal.svg")]
    around = sum(len(gzip.compress(one)) for one in files)
    pages = [page(matter.code) for matter in EVERY] + [Client().get("/public/catalogue/").content.decode()]
    assert max(len(gzip.compress(one.encode())) for one in pages) + around < 30 * 1024
