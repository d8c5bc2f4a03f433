"""What a stranger sees: what is up, from posting to the last day's end, and nothing that leads to a person."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import audit, clock
from accounts.models import Region
from applications.holidays import calendar
from disclosure import lists, sheets
from disclosure.models import NoticeList, Posting
from tests.conftest import Clock
from tests.disclosure.cases import PLACE, days_ago, make_office, member, posted, waiting
from tests.making import COUNTY, OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, invent_name, make_user

pytestmark = pytest.mark.django_db


def page(path: str, status: int = 200) -> str:
    answer = Client().get(path)
    assert answer.status_code == status, path
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not answer.cookies
    return answer.content.decode()


def address(made: NoticeList) -> str:
    return f"/public/notices/{made.token}/"


def test_the_frozen_list_is_shown() -> None:
    office = make_office()
    waiting(office, member("欧阳学秀", 70), member("", 9, "grandchild"))
    waiting(office, member("李明", 15))
    made = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    shown = page(address(made))
    assert "最低生活保障拟保障名单公示" in shown
    assert made.number in shown
    cells = re.findall(
        r"<t[hd][^>]*>\s*(.*?)\s*(?:<span.*?</span>\s*)?</t[hd]>", shown.split("<tbody>")[1].split("</tbody>")[0], re.S
    )
    amounts = [f"{fen // 100:,}.{fen % 100:02d}" for fen in made.entries.values_list("amount_fen", flat=True) if fen]
    month = f"{made.entries.first().from_month:%Y-%m}"  # type: ignore[union-attr]
    assert cells == [
        *("1", "欧*秀", "2", "最低生活保障", "化庄村", amounts[0], month),
        *("2", "--", "1", "最低生活保障", "化庄村", amounts[1], month),
    ]
    assert "未满 18 周岁，不公布姓名" in shown
    assert "民发〔2021〕57 号）第 19 条" in shown
    assert f"还剩 {(made.ends_on - clock.today()).days} 天" in shown
    assert "张鲁镇人民政府" in shown


def test_the_offices_phones_are_their_own_where_they_have_one() -> None:
    made = posted(make_office())
    assert settings.AID_HELP_PHONE in page(address(made))
    Region.objects.filter(code=TOWNSHIP).update(phone="0635-5550001")
    Region.objects.filter(code=COUNTY).update(phone="0635-5550002")
    lead = page(address(made)).split('class="lead"')[1].split("</div>")[0]
    assert re.findall(r'href="tel:(\d+)">([\d-]+)<', lead) == [
        ("06355550001", "0635-5550001"),
        ("06355550002", "0635-5550002"),
    ]
    Region.objects.filter(code__in=[TOWNSHIP, COUNTY]).update(phone="")


def test_it_is_found_by_county_township_and_village() -> None:
    made = posted(make_office())
    assert f'href="/public/regions/{TOWNSHIP}/"' in page("/public/")
    assert f'href="/public/regions/{TOWNSHIP}/"' in page(f"/public/regions/{COUNTY}/")
    for code in (TOWNSHIP, VILLAGE):
        assert f'href="{address(made)}"' in page(f"/public/regions/{code}/")
    for code in (OTHER_VILLAGE, OTHER_TOWNSHIP):
        assert "现在没有公示" in page(f"/public/regions/{code}/")
    assert made.token not in page(f"/public/regions/{OTHER_COUNTY}/")


@pytest.mark.django_db(transaction=True)
def test_it_is_gone_at_the_stroke_of_midnight(moving_clock: Clock) -> None:
    made = posted(make_office())
    opens = calendar().confirmation_opens(made.posted_on)
    midnight = (opens - clock.today()) - _since_midnight()
    moving_clock.move(midnight - timedelta(seconds=30))
    assert "今天 24 时止" in page(address(made))
    moving_clock.move(midnight + timedelta(seconds=1))
    page(address(made), status=404)
    for path in ("/public/", f"/public/regions/{TOWNSHIP}/", f"/public/regions/{VILLAGE}/"):
        assert made.token not in page(path)
        assert "现在没有公示" in page(path)


def _since_midnight() -> timedelta:
    from django.utils import timezone

    now = timezone.localtime(clock.now())
    return now - now.replace(hour=0, minute=0, second=0, microsecond=0)


def test_expired_withdrawn_unknown_and_mistyped_are_one_answer() -> None:
    office = make_office()
    expired = posted(office, on=days_ago(20))
    withdrawn = posted(office)
    down = Posting(list=withdrawn, kind=Posting.Kind.DOWN, on=clock.today(), by=office.clerk, at=clock.now())
    audit.seal(down, office.clerk, "notice.down", on=clock.today(), region_code=VILLAGE)
    tokens = (expired.token, withdrawn.token, "A" * 22, "x", "%00", "圣", "'--")
    answers = {Client().get(f"/public/notices/{token}/").content for token in tokens}
    answers |= {
        Client().get(f"/public/regions/{code}/").content for code in ("371522101999", "371500000000", "x", "%00")
    }
    assert len(answers) == 1
    assert "公示期已满或没有这份公示" in answers.pop().decode()
    page(address(expired), status=404)


def test_a_signed_in_person_reads_the_same_page() -> None:
    made = posted(make_office())
    signed_in = Client()
    signed_in.force_login(make_user("clerk", VILLAGE), backend="django.contrib.auth.backends.ModelBackend")
    assert signed_in.get(address(made)).content == Client().get(address(made)).content


def test_nothing_is_changed_by_reading_and_nothing_sent_is_taken() -> None:
    made = posted(make_office())
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(address(made)).status_code == 405
    assert Client().head(address(made)).status_code == 200


def test_large_text_travels_with_the_reader() -> None:
    made = posted(make_office())
    shown = page(f"{address(made)}?text=large")
    assert 'class="large"' in shown
    inside = re.findall(r'href="(/public/[^"]*)"', shown)
    assert inside
    assert all(link.endswith("?text=large") for link in inside)


@pytest.mark.parametrize("families", [1, 4])
def test_it_takes_as_many_queries_whatever_its_length(families: int) -> None:
    office = make_office()
    for _ in range(families - 1):
        waiting(office)
    made = posted(office)
    reader = Client()
    for path, most in (
        (address(made), 3),
        ("/public/", 3),
        (f"/public/regions/{COUNTY}/", 4),
        (f"/public/regions/{TOWNSHIP}/", 3),
    ):
        reader.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reader.get(path)
        assert len(queries) <= most, [query["sql"] for query in queries]


def test_sixty_families_weigh_less_than_60_kb() -> None:
    """Cold, as a browser that asks for gzip gets it: page, sheet and sign (U-12); and no script at all."""
    made = posted(make_office())
    answer = Client().get(address(made), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    sheet = sheets.read(NoticeList.objects.with_regions().get())
    rows = tuple(replace(sheet.rows[0], seq=seq, head=invent_name(seq)) for seq in range(60))
    context = {"sheet": replace(sheet, rows=rows), "suffix": "", "large_text": False, "public_url": "/public/"}
    whole = render_to_string("public/notice.html", context)
    assert whole.count("<tr") == 62
    files = [(settings.BASE_DIR / "static" / name).read_bytes() for name in ("aid.css", "icons/seal.svg")]
    assert sum(len(gzip.compress(part)) for part in (whole.encode(), *files)) < 30 * 1024
    assert "<script" not in whole
