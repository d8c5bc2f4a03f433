"""平台交换 in Chromium: the county's page at a desk and on a phone, empty and with everything open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from accounts import clock
from applications.platform import receipts
from tests.applications.test_in_browser import Desk
from tests.making import COUNTY, make_award, make_household, make_person, make_user, region
from tests.platform.exchanging import accepted, refused, reply, rows_of, sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_is_whole_at_both_widths(chromium: Browser, live_server: Any, tmp_path: Path) -> None:
    actor = make_user("county")
    county = Desk(chromium, live_server.url, actor)
    county.check("/platform/", "platform-empty")
    make_award(
        make_household(people=[make_person("王秀兰"), make_person("赵庆华"), make_person("李福")]), amount_fen=90_000
    )
    make_award(amount_fen=61_200)
    file = sent(actor, tmp_path, clock.today() - timedelta(days=1))
    first, second, _, fourth = rows_of(file)
    other = {**accepted(fourth), "月额": "610.00"}
    reply(tmp_path, file.reference, [accepted(first), refused(second, "姓名与公安登记不一致，核对后重报"), other])
    reply(tmp_path, "recipients-371522-000099", [], name="stray-receipt.csv")
    receipts.take_all(region(COUNTY), tmp_path, actor=actor, on=clock.today())
    sent(actor, tmp_path, clock.today() - timedelta(days=1))
    county.check("/platform/", "platform")
    assert county.page.get_by_text("没有发出过编号为 recipients-371522-000099 的文件").count() == 1
    with county.page.expect_download() as aside:
        county.page.get_by_role("link", name="stray-receipt.csv").click()
    assert aside.value.suggested_filename.endswith(".bin")
    with county.page.expect_download() as download:
        county.page.get_by_role("link", name="下载差异表").click()
    assert download.value.suggested_filename == f"platform-differences-{clock.today()}.csv"
    county.close()
