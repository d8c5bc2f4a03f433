"""Twins: two spellings of one name meet in one key (R-57)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.names import match_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·吐尔逊", "买买提・吐尔逊"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "买买提.吐尔逊"),
        ("买买提·吐尔逊", "买买提 吐尔逊"),
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("王玉", "王⽟"),
        ("马龙", "⻢⻰"),
        ("王秀英", " 王\u200b秀英 "),
        ("John Smith", "ＪＯＨＮ　ＳＭＩＴＨ"),
        ("張國強", "张国强"),
        ("傅明", "付明"),
        ("萧红", "肖红"),
        ("阎立", "闫立"),
        ("王未", "王末"),
        ("己明", "已明"),
        ("士明", "土明"),
        ("張未", "张末"),
    ],
)
def test_twins_meet(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), [("王秀英", "王秀荣"), ("王英", "王秀英"), ("李明", "李月")])
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)
