"""What the tags promise in HTML: names, ties between field and sentence, kept values, no gap before a sign."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace as Made
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from liaocheng_aid.design import CappedPaginator


def draw(source: str, **context: Any) -> str:
    """The HTML of a snippet, white space squeezed."""
    html = Template("{% load ui %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", html).strip()


class Visit(forms.Form):
    phone = forms.CharField(
        label="手机号码", help_text="11 位", min_length=11, error_messages={"min_length": "手机号少 4 位，补全"}
    )
    on = forms.DateField(label="日期", initial=date(2026, 11, 23), required=False)
    fen = forms.DecimalField(label="月收入（元）", widget=forms.TextInput(attrs={"class": "short"}), required=False)
    kind = forms.ChoiceField(
        label="账户", choices=[("card", "社保卡")], widget=forms.RadioSelect, error_messages={"required": "选一种账户"}
    )
    agreed = forms.BooleanField(label="同意核对", error_messages={"required": "勾选同意核对"})


WRONG = {"phone": "1386358"}


def test_a_wrong_field_keeps_its_value_and_ties_hint_and_sentence() -> None:
    html = draw("{% field form.phone 'c3' %}", form=Visit(WRONG))
    assert 'class="field c3 wrong"' in html
    assert 'value="1386358"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert re.search(r'id="id_phone_error">.*#i-no.*手机号少 4 位，补全', html)


def test_a_right_field_says_nothing_about_errors() -> None:
    html = draw("{% field form.phone %}", form=Visit())
    assert "aria-invalid" not in html
    assert "error" not in html


def test_a_date_is_written_the_way_it_is_typed() -> None:
    html = draw("{% field form.on %}", form=Visit())
    assert 'type="text"' in html
    assert 'value="2026-11-23"' in html


def test_an_amount_is_aligned_and_keeps_its_own_class() -> None:
    assert 'class="n short"' in draw("{% field form.fen %}", form=Visit())


def test_choices_are_a_named_group() -> None:
    html = draw("{% field form.kind %}", form=Visit(WRONG))
    assert '<fieldset class="field group c4 wrong" id="id_kind" role="radiogroup" aria-invalid="true"' in html
    assert "<legend>账户</legend>" in html
    assert 'aria-describedby="id_kind_error"' in html


def test_a_locked_field_can_be_read_and_not_typed_in() -> None:
    assert re.search(r"<input[^>]*\breadonly\b", draw("{% field form.phone readonly=True %}", form=Visit()))
    assert '<output class="locked">--</output>' in draw("{% locked '周岁' '' %}")


def test_the_summary_counts_links_and_says_nothing_is_lost() -> None:
    html = draw("{% error_summary form %}", form=Visit(WRONG))
    assert "还有 3 处要改，填的内容都在。" in html
    assert '<a href="#id_phone">手机号少 4 位，补全</a>' in html
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html


def test_the_summary_reaches_into_formsets() -> None:
    rows = forms.formset_factory(Visit)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-phone": "1", "form-1-phone": "2"}
    )
    html = draw("{% error_summary form rows %}", form=Visit(WRONG), rows=rows)
    assert "还有 9 处要改" in html
    assert 'href="#id_form-1-phone"' in html


def test_no_error_no_summary() -> None:
    good = {"phone": "13863580000", "kind": "card", "agreed": "on"}
    assert draw("{% error_summary form %}", form=Visit(good)) == ""


def test_what_a_person_typed_is_escaped_everywhere() -> None:
    nasty = "<script>x</script>"
    entry = Made(at=date(2026, 1, 2), fact=nasty, who=nasty, lines=[nasty], changes=[(nasty, nasty, nasty)])
    html = draw(
        "{% badge n %}{% act n n %}{% button n why=n %}{% note n title=n %}{% toast n %}{% timeline e %}"
        "{% icon n label=n %}{% callout 'bad' n %}{{ n }}{% endcallout %}{% panel n 'p' %}{{ n }}{% endpanel %}"
        "{% reveal n n n %}",
        n=nasty,
        e=[entry],
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") > 15


def test_an_unavailable_button_gives_its_reason_and_sends_nothing() -> None:
    html = draw("{% button '批准名单' 'main' why='还有 1 条例外没看' %}")
    assert 'type="button"' in html
    assert 'aria-disabled="true"' in html
    assert html.count("还有 1 条例外没看") == 2
    assert " disabled" not in html


def test_no_gap_opens_after_a_word_with_a_shape() -> None:
    assert draw("{% badge '在册' 'ok' %}。{% act '去看' '/x/' %}，").count("> ") == 0


@pytest.mark.parametrize("kind", ["calm", "half", "soon", "over", "urgent", "hold"])
def test_a_clock_is_shape_word_and_class(kind: str) -> None:
    html = draw("{% clock c %}", c=Made(kind=kind, words="剩 4 工作日", detail="11-27 到", seconds_left=None))
    assert f'class="clock {kind}"' in html
    assert "#i-" in html
    assert "剩 4 工作日" in html
    assert "data-seconds-left" not in html


def test_only_a_clock_with_seconds_counts_down() -> None:
    assert 'data-seconds-left="0"' in draw("{% clock c %}", c=Made(kind="urgent", words="剩 00:00", seconds_left=0))


@pytest.mark.parametrize(
    ("number", "words"), [(None, ""), (0, ""), (7, ">7<"), (999, ">999<"), (1000, ">999+<"), (4218, ">999+<")]
)
def test_a_count_is_nothing_for_none(number: int | None, words: str) -> None:
    html = draw("{% count n %}", n=number)
    assert (words in html) if words else html == ""


def test_the_history_shows_local_time_and_the_year_where_it_changes() -> None:
    entries = [
        Made(at=datetime(2026, 11, 22, 23, 12, tzinfo=UTC), fact="收到核对结果", who="刘海燕", lines=[]),
        Made(at=date(2025, 11, 20), fact="上年度核查", who="", lines=[], changes=[("人数", "1", "3")]),
    ]
    html = draw("{% timeline e %}", e=entries)
    assert '<time datetime="2026-11-23T07:12+08:00">11-23 <span>07:12</span>' in html
    assert "11-20 <span>2025</span>" in html
    assert "<del>1</del> → <ins>3</ins>" in html


def test_the_result_of_the_formula_carries_the_double_rule() -> None:
    terms = [Made(operator="", figure="753.00", name="标准"), Made(operator="=", figure="849.00", name="月补差（元）")]
    assert '<span class="sum">849.00</span>' in draw("{% formula t %}", t=terms)
    assert '<dd class="sum">849.00</dd>' in draw("{% ledger t '第 18 条' %}", t=terms)


def sorted_by(address: str, **more: Any) -> str:
    return draw("{% heading '时钟' 'clock' %}", request=RequestFactory().get(address), **more)


def test_a_heading_sorts_then_turns_round_and_starts_at_page_one() -> None:
    assert 'href="?village=1&amp;sort=clock"' in sorted_by("/?village=1&page=3")
    turned = sorted_by("/?sort=clock")
    assert 'aria-sort="ascending"' in turned
    assert 'href="?sort=-clock"' in turned
    assert 'aria-sort="descending"' in sorted_by("/?sort=-clock")


def test_the_pager_says_where_and_keeps_the_view() -> None:
    page = CappedPaginator(range(1000), 50).page(2)
    html = draw("{% pager p %}", p=page, request=RequestFactory().get("/?village=1&page=2"))
    assert "第 51–100 件，共 1,000 件以上" in html
    assert 'href="?village=1&amp;page=3"' in html
    assert '<b aria-current="page">2</b>' in html


def test_one_page_needs_no_links_and_none_is_said() -> None:
    assert "<a" not in draw("{% pager p '户' %}", p=Paginator(range(3), 50).page(1))
    assert "共 0 户" in draw("{% pager p '户' %}", p=Paginator([], 50).page(1))


def test_acts_that_change_anything_are_posted_with_a_token() -> None:
    for tag in ("{% toast '已转交' '/undo/' %}", "{% reveal '371*' '/show/' '身份证号' %}"):
        html = draw(tag, csrf_token="t0ken")
        assert 'method="post"' in html
        assert 'name="csrfmiddlewaretoken" value="t0ken"' in html
    html = draw(
        "{% dialog 'd' '停发' action='/stop/' act='停发本户' cancel='先不停发' tone='stop' %}x{% enddialog %}",
        csrf_token="t0ken",
    )
    assert 'value="t0ken"' in html
    assert 'class="btn stop"' in html


def test_messages_become_notes_and_one_with_undo_a_toast() -> None:
    said = [
        Made(level_tag="error", extra_tags=""),
        Made(level_tag="success", extra_tags="undo:/undo/7/"),
    ]
    html = draw("{% flashes %}", messages=said)
    assert 'class="note bad" role="alert"' in html
    assert 'action="/undo/7/"' in html


def test_six_conditions_are_in_sight_and_the_rest_folded_until_used() -> None:
    names = [f"f{n}" for n in range(8)]
    shape = type("Many", (forms.Form,), {name: forms.CharField(required=False) for name in names})
    request = RequestFactory().get("/?sort=-clock")
    folded = draw("{% query_bar form '查询待办' %}", form=shape({}), request=request)
    assert "展开 2 项" in folded
    assert "<details>" in folded
    assert 'name="sort" value="-clock"' in folded
    assert "<details open>" in draw("{% query_bar form %}", form=shape({"f7": "x"}), request=request)
