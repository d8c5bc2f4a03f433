"""The pages that must stand by themselves: no database, no shell, no undefined name; /design/ never in production."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import Http404
from django.template.loader import get_template
from django.test import RequestFactory, override_settings

from liaocheng_aid import design

ERRORS = ["400", "403", "404", "409", "500", "csrf"]


class Undefined(str):
    """Fails the page that prints a name nobody gave it."""

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"undefined in a template: {name}")


@pytest.fixture(autouse=True)
def _strict() -> Iterator[None]:
    given = copy.deepcopy(settings.TEMPLATES)
    given[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")
    with override_settings(TEMPLATES=given):
        yield


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_nothing(name: str) -> None:
    html = get_template(f"errors/{name}.html").render({})
    assert "<h1>" in html
    assert "回到待办" in html


@pytest.mark.parametrize(("name", "message"), [("403", "该由县级批"), ("409", "孙立新已批"), ("500", "几分钟后再试")])
def test_an_error_page_says_what_it_was_told(name: str, message: str) -> None:
    assert message in get_template(f"errors/{name}.html").render({"message": message, "errors": {}})


def test_a_conflict_names_who_and_when() -> None:
    html = get_template("errors/409.html").render({"who": "孙立新", "when": "10:32", "back_url": "/c/7/"})
    assert "孙立新 10:32 已先办了这一步" in html.replace("\n", "")
    assert 'href="/c/7/"' in html


def test_an_incomplete_post_lists_what_is_missing() -> None:
    assert "填写户主手机号" in get_template("errors/400.html").render({"errors": {"phone": "填写户主手机号"}})


def test_the_login_page_stands_alone_and_says_locked() -> None:
    page = get_template("registration/login.html")
    assert "显示密码" in page.render({"form": design.LoginForm()})
    assert "用户名或密码不对，核对后再填" in page.render({"form": design.LoginForm(data={})})
    locked = page.render({"form": design.LoginForm(), "locked": True})
    assert "密码连续错 5 次，15 分钟后再试" in locked
    assert "<form" not in locked


def test_the_public_page_loads_no_script() -> None:
    html = get_template("design/public.html").render(design.whole_page(RequestFactory().get("/"), "public"))
    assert "<script" not in html
    assert 'lang="zh-Hans"' in html


def test_large_text_is_a_class_the_server_sets() -> None:
    assert 'class="large' in get_template("public_base.html").render({"large_text": True})
    assert 'href="?text=large"' in get_template("public_base.html").render({})


@pytest.mark.parametrize("query", ["", "?contrast=1", "?grey=1", *(f"?show={name}" for name in design.VIEWS)])
def test_every_example_draws(query: str) -> None:
    assert shown(query).status_code == 200


def test_production_has_no_such_page() -> None:
    with override_settings(AID_MODE="production", DEBUG=False), pytest.raises(Http404):
        design.page(RequestFactory().get("/design/"))
    with pytest.raises(Http404):
        shown("?show=etc")


def test_the_colours_shown_are_those_of_the_sheet() -> None:
    assert {token.name: token.value for token in design.colours()}["accent"] == "#0c5468"


def shown(query: str) -> Any:
    return design.page(RequestFactory().get(f"/design/{query}"))
