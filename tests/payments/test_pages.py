"""The pages of the lists: what is shown, to whom, at what cost, and what a refused form keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, jobs
from accounts.models import User
from payments import exports, monthly
from payments.models import PaymentList
from payments.words import amount_in_words
from tests.making import OTHER_COUNTY, PASSWORD, make_award, make_household, make_user, region
from tests.payments import stories
from tests.payments.stories import ON, client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


def see(user: User, page: str, *given: object, **query: str) -> Any:
    return client_of(user).get(reverse(page, args=given), query)


def send(user: User, page: str, *given: object, **fields: str) -> Any:
    return client_of(user).post(reverse(page, args=given), fields)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_lists_show_the_next_act(office: stories.Office) -> None:
    assert "还没有名单" in text(see(office.county, "payment_lists"))
    make_award()
    stories.build(office)
    page = text(see(office.checker, "payment_lists"))
    assert "2026 年 12 月发放名单 · 第 1 期" in page
    assert "复核<" in page
    assert "生成名单</button>" not in page


def test_building_from_the_page(office: stories.Office, moving_clock: object) -> None:
    month = clock.today().replace(day=1)
    answer = send(office.county, "payment_list_build", county=office.code, month=month.isoformat(), programme="")
    made = PaymentList.objects.get()
    assert answer["Location"] == reverse("payment_list", args=[made.pk])
    page = text(see(office.county, "payment_list", made.pk))
    assert reverse("payment_list_progress", args=[made.pk]) in page
    told = see(office.county, "payment_list_progress", made.pk).json()
    assert told == {"done": 0, "total": 1, "words": "排队中，马上开始", "finished": False, "then": ""}
    stories.run_jobs()
    told = see(office.county, "payment_list_progress", made.pk).json()
    assert told["finished"] is True
    again = client_of(office.county)
    answer = again.post(reverse("payment_list_build"), {"county": office.code, "month": month.isoformat()}, follow=True)
    assert "已由本人于" in text(answer)
    assert PaymentList.objects.count() == 1


def test_a_wrong_month_is_said_beside_the_field(office: stories.Office) -> None:
    answer = send(office.county, "payment_list_build", county=office.code, month="2020-01-01")
    assert answer.status_code == 400
    assert "重新选择发放月" in text(answer)


def test_totals_words_and_lines_agree(office: stories.Office) -> None:
    make_award(make_household(people=2), amount_fen=40_001)
    make_award(amount_fen=60_000)
    made = stories.build(office)
    page = text(see(office.county, "payment_list", made.pk))
    assert "¥1,000.01" in page
    assert amount_in_words(100_001) in page
    line = made.lines.get(seq=1)
    assert line.name in page
    for secret in (line.id_number, line.account):
        assert secret is not None
        assert secret not in page


def test_narrowed_by_name_township_and_change(office: stories.Office) -> None:
    for code in ("371522101201", "371522102200"):
        make_award(make_household(code))
    made = stories.build(office)
    first, second = made.lines.order_by("seq")
    page = text(see(office.county, "payment_list", made.pk, township="371522102"))
    assert f"{second.name}<" in page.replace("\n", "").replace(" ", "")
    assert "共 1 行" in page
    assert "共 1 行" in text(see(office.county, "payment_list", made.pk, name=first.name))
    assert "共 2 行" in text(see(office.county, "payment_list", made.pk, change="new"))
    assert "没有符合条件的行" in text(see(office.county, "payment_list", made.pk, change="changed"))


@pytest.mark.parametrize("role", ["clerk", "reviewer", "village"])
def test_a_township_sees_no_list(office: stories.Office, role: str) -> None:
    make_award()
    made = stories.build(office)
    user = make_user(role, "371522101201")
    assert see(user, "payment_lists").status_code == 403
    assert see(user, "payment_list", made.pk).status_code == 404


def test_another_county_is_as_if_absent(office: stories.Office) -> None:
    make_award(with_account=False)
    made = stories.build(office)
    stranger = make_user("county", OTHER_COUNTY)
    absent = see(stranger, "payment_list", "01900000-0000-7000-8000-000000000000")
    for name in ("payment_list", "payment_list_progress"):
        answer = see(stranger, name, made.pk)
        assert (answer.status_code, answer.content) == (404, absent.content)
    for name in ("check", "lock", "approve", "release", "cancel"):
        assert send(stranger, f"payment_list_{name}", made.pk, reason="x").status_code == 404
    assert send(stranger, "payment_exception", made.exceptions.get().pk, note="x").status_code == 404
    assert send(stranger, "payment_list_export", made.pk, "bank").status_code == 404
    assert see(stranger, "payment_list_file", made.pk, "bank").status_code == 404


def test_only_the_step_of_this_user_is_open_and_the_others_say_why(office: stories.Office) -> None:
    make_award()
    made = stories.build(office)
    assert "由县级复核办理" in text(see(office.approver, "payment_list", made.pk))
    assert reverse("payment_list_check", args=[made.pk]) in text(see(office.checker, "payment_list", made.pk))
    page = text(see(office.county, "payment_list", made.pk))
    assert reverse("payment_list_check", args=[made.pk]) not in page
    assert 'aria-disabled="true"' in page


def test_an_exception_is_settled_on_the_page_and_its_note_kept_when_refused(office: stories.Office) -> None:
    make_award(with_account=False)
    made = stories.build(office)
    told = made.exceptions.get()
    answer = send(office.county, "payment_exception", told.pk, note="长" * 201)
    assert answer.status_code == 400
    assert "写到 200 字以内" in text(answer)
    assert "长" * 201 in text(answer)
    assert send(office.county, "payment_exception", told.pk, note="换卡后补发").status_code == 302
    assert "换卡后补发" in text(see(office.checker, "payment_list", made.pk))


def test_check_lock_approve_release_export_download_through_the_pages() -> None:
    office = stories.Office(password=PASSWORD)
    make_award()
    made = stories.build(office)
    send(office.checker, "payment_list_check", made.pk)
    send(office.checker, "payment_list_lock", made.pk)
    seen = stories.fresh(made).hash
    assert seen in text(see(office.approver, "payment_list", made.pk))
    send(office.approver, "payment_list_approve", made.pk, seen_hash=seen, password=PASSWORD)
    send(office.release, "payment_list_release", made.pk, seen_hash=seen, password=PASSWORD)
    for kind in ("roster", "bank"):
        send(office.release, "payment_list_export", made.pk, kind)
    stories.run_jobs()
    assert stories.fresh(made).state == "exported"
    answer = see(office.release, "payment_list_file", made.pk, "bank")
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.startswith("H,37152220261201".encode("gb18030"))
    assert see(office.county, "payment_list_file", made.pk, "bank").status_code == 403


def test_a_wrong_password_moves_nothing_and_counts() -> None:
    office = stories.Office(password=PASSWORD)
    make_award()
    made = stories.lock(office, stories.build(office))
    answer = send(office.approver, "payment_list_approve", made.pk, seen_hash=made.hash, password="wrong")
    assert answer.status_code == 400
    assert "当前密码不对，重新填写" in text(answer)
    assert stories.fresh(made).state == "locked"
    assert AccessAttempt.objects.get(username=office.approver.username).failures_since_start == 1


def test_five_wrong_passwords_lock_out_the_right_one() -> None:
    office = stories.Office(password=PASSWORD)
    make_award()
    made = stories.lock(office, stories.build(office))
    for _ in range(5):
        send(office.approver, "payment_list_approve", made.pk, seen_hash=made.hash, password="wrong")
    answer = send(office.approver, "payment_list_approve", made.pk, seen_hash=made.hash, password=PASSWORD)
    assert answer.status_code == 429
    assert stories.fresh(made).state == "locked"


def test_a_password_is_not_tried_by_somebody_without_the_post(office: stories.Office) -> None:
    make_award()
    made = stories.lock(office, stories.build(office))
    answer = send(office.county, "payment_list_approve", made.pk, seen_hash=made.hash, password="x")
    assert answer.status_code == 403
    assert not AccessAttempt.objects.exists()


def test_a_double_click_answers_with_the_page_and_says_so() -> None:
    office = stories.Office(password=PASSWORD)
    make_award()
    made = stories.lock(office, stories.build(office))
    client = client_of(office.approver)
    for _ in range(2):
        fields = {"seen_hash": made.hash, "password": PASSWORD}
        page = client.post(reverse("payment_list_approve", args=[made.pk]), fields, follow=True)
        assert page.status_code == 200
    assert "已由本人于" in text(page)
    other = make_user("approver", password=PASSWORD)
    answer = send(other, "payment_list_approve", made.pk, seen_hash=made.hash, password=PASSWORD)
    assert answer.status_code == 409
    assert f"已由{office.approver.full_name}于" in text(answer)


def test_cancelling_asks_for_a_reason(office: stories.Office) -> None:
    made = stories.build(office)
    answer = send(office.county, "payment_list_cancel", made.pk, reason="")
    assert answer.status_code == 400
    assert "写明作废原因" in text(answer)
    send(office.county, "payment_list_cancel", made.pk, reason="卡号有误")
    assert "卡号有误" in text(see(office.county, "payment_list", made.pk))


def test_a_get_takes_no_step(office: stories.Office) -> None:
    made = stories.build(office)
    for name in ("check", "lock", "approve", "release", "cancel"):
        assert see(office.checker, f"payment_list_{name}", made.pk).status_code == 405


def test_it_takes_as_many_queries_with_many_rows_as_with_few(office: stories.Office) -> None:
    def queries(name: str, *given: object) -> int:
        client = client_of(office.county)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse(name, args=given)).status_code == 200
        return len(captured)

    for _ in range(3):
        make_award(make_household(people=1), with_account=False)
        make_award(make_household(people=1))
    few = stories.build(office)
    alone = (queries("payment_lists"), queries("payment_list", few.pk))
    monthly.cancel(few.pk, "再建", actor=office.county, on=ON)
    for _ in range(60):
        make_award(make_household(people=1), with_account=False)
        make_award(make_household(people=1))
    many = stories.build(office)
    for _ in range(30):
        made = monthly.start_build(region(office.code), ON.replace(day=1), actor=office.county, on=ON)
        monthly.cancel(made.pk, "再建", actor=office.county, on=ON)
    assert (queries("payment_lists"), queries("payment_list", many.pk)) == alone
    assert alone[0] <= 12
    assert alone[1] <= 20


def test_a_failed_export_is_told_and_can_be_asked_for_again(office: stories.Office) -> None:
    make_award()
    made = stories.release(office, stories.build(office))
    file = exports.request(made.pk, "bank", actor=office.release, on=ON)
    held = jobs.claim(file.job_id)
    assert held is not None
    held.fail("名单第 1 行与冻结时不符，停办并报告系统管理员")
    page = text(see(office.release, "payment_list", made.pk))
    assert "名单第 1 行与冻结时不符" in page
    assert reverse("payment_list_export", args=[made.pk, "bank"]) in page
    assert clock.now() - made.built_at < timedelta(minutes=5)
