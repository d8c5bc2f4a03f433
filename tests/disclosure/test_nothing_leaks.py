"""A crawl of the whole public site with planted people finds none of them (R-36, R-37)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts import clock
from disclosure import lists, objections
from disclosure.models import NoticeList
from households.means import Disability
from households.models import Person
from tests.disclosure.cases import PLACE, Office, make_office, member, waiting
from tests.making import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, make_account

pytestmark = pytest.mark.django_db
NUMBER_18 = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
MOBILE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
WORDS = ("尿毒症", "精神", "残疾", "肢体", "患病", "疾病", "化工路 9 号", "举报")


def planted() -> list[Person]:
    """Families whose every secret is unlike anybody else's."""
    first, second = make_office(), make_office(OTHER_VILLAGE)
    _family(first, VILLAGE, "诸葛青鸾", "诸葛小满")
    _family(second, OTHER_VILLAGE, "慕容白芷", "慕容谷雨")
    waiting(first, member("司徒霜降", 16))
    for office, village in ((first, VILLAGE), (second, OTHER_VILLAGE)):
        made = lists.post(village, actor=office.clerk, on=clock.today(), place=PLACE)
    objections.receive(
        made.entries.first(),  # type: ignore[arg-type]
        content="举报其患尿毒症",
        name="公孙举报",
        received_on=clock.today(),
        actor=second.clerk,
    )
    return list(Person.objects.all())


def _family(office: Office, village: str, head: str, child: str) -> None:
    matter = waiting(
        office,
        member(head, 66, disability=Disability("mental", 1), major_illness=True, health="尿毒症"),
        member(child, 8, "grandchild", student="compulsory"),
        village=village,
    )
    person = matter.application.applicant
    person.home_address = person.hukou_address = "化工路 9 号"
    person.save(update_fields=["home_address", "hukou_address"])
    make_account(person)


def crawl() -> dict[str, str]:
    """Every page a link leads to from the front door, with its headers."""
    visitor, waiting_for = Client(), ["/public/"]
    seen: dict[str, str] = {}
    while waiting_for:
        path = waiting_for.pop()
        answer = visitor.get(path, REMOTE_ADDR=f"192.0.2.{len(seen) // 100}")  # more pages than one address may open
        assert answer.status_code == 200, path
        seen[path] = answer.content.decode() + repr(dict(answer.headers)) + answer.cookies.output()
        found = re.findall(r'(?:href|src|action)="([^"#]+)"', answer.content.decode())
        for link in found:
            absolute = path.split("?")[0] + link if link.startswith("?") else link
            if absolute.startswith("/public/") and absolute not in seen and absolute not in waiting_for:
                waiting_for.append(absolute)
    return seen


def test_a_crawl_finds_nobody() -> None:
    people = planted()
    pages = crawl()
    everything = "\n".join(pages.values())
    for made in NoticeList.objects.all():
        assert f"/public/notices/{made.token}/" in pages
    assert "诸*鸾" in everything
    for person in people:
        secrets = [person.name, person.name[1:], person.id_number, person.phone, str(person.pk), person.home_address]
        secrets += [account.number for account in person.accounts.all()]
        assert [secret for secret in secrets if secret and secret in everything] == []
    # The guide and the self-check speak of disability and illness; the pages that speak of families do not.
    general = ("/public/catalogue/", "/public/self-check/")
    lists_only = "\n".join(page for path, page in pages.items() if not path.startswith(general))
    assert "/public/catalogue/disability_care/" in pages
    assert [word for word in WORDS if word in lists_only] == []
    # A region's code has twelve digits and a notice's number its dashes: nothing longer stands anywhere.
    for pattern in (NUMBER_18, CARD, MOBILE):
        assert pattern.findall(everything) == []
    assert not re.search(r'href="/(?!public/|static/)', everything)


def test_an_address_tells_nothing_and_cannot_be_guessed() -> None:
    planted()
    tokens = list(NoticeList.objects.values_list("token", flat=True))
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens)
    near = [token[:-1] + ("A" if token[-1] != "A" else "B") for token in tokens]
    for number in (*near, "1", "371522101-2026-0001", *map(str, NoticeList.objects.values_list("pk", flat=True))):
        assert Client().get(f"/public/notices/{number}/").status_code == 404


@pytest.mark.parametrize("path", ["?q=诸葛", "?name=诸葛青鸾", "?search=371599"])
def test_there_is_no_search_by_person(path: str) -> None:
    planted()
    assert Client().get(f"/public/{path}").content == Client().get("/public/").content


def test_a_family_of_another_township_is_not_listed_here() -> None:
    planted()
    assert "诸*鸾" not in Client().get(f"/public/regions/{OTHER_TOWNSHIP}/").content.decode()
