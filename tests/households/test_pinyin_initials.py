"""Search by initials: surnames read as surnames, every reading of a heteronym (tech.md §7)."""

import pytest

from households.names import pinyin_initials


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("单明", "sm"),
        ("曾明", "zm"),
        ("仇明", "qm"),
        ("区明", "om"),
        ("解明", "xm"),
        ("查明", "zm"),
        ("盖明", "gm"),
        ("覃明", "qm"),
        ("尉迟明", "ycm"),
        ("万俟明", "mqm"),
        ("朴明", "pm"),
        ("任明", "rm"),
        ("华明", "hm"),
        ("乐明", "ym"),
        ("缪明", "mm"),
        ("宓明", "mm"),
        ("逄明", "pm"),
        ("尹明", "ym"),
        ("员明", "ym"),
        ("秘明", "bm"),
        ("莘明", "sm"),
        ("王秀英", "wxy"),
        ("JOHN SMITH", "js"),
        ("Émile Zola", "ez"),
    ],
)
def test_the_likeliest_reading_comes_first(name: str, first: str) -> None:
    assert pinyin_initials(name)[0] == first


def test_every_reading_of_a_heteronym_is_there() -> None:
    assert {"sy", "sl", "dy", "dl", "cy", "cl"} <= set(pinyin_initials("单乐"))
    assert {"qm", "tm"} <= set(pinyin_initials("覃明"))


def test_a_surname_reading_belongs_to_the_surname_only() -> None:
    assert pinyin_initials("王单")[0] == "wd"


def test_separators_and_unread_characters_are_passed_over() -> None:
    assert "mmtt" in {way[:4] for way in pinyin_initials("买买提·吐尔逊")}
    assert pinyin_initials("㐂") == ()
    assert pinyin_initials("王㐂英") == pinyin_initials("王英")
    assert pinyin_initials("") == ()


@pytest.mark.parametrize("name", ["阿卜杜热合曼·阿卜杜克热木·麦麦提敏", "单解长乐", "长" * 50, "单" * 6])
def test_they_fit_one_column_and_are_distinct(name: str) -> None:
    ways = pinyin_initials(name)
    assert ways
    assert len(" ".join(ways)) <= 100
    assert len(set(ways)) == len(ways)


def test_of_too_many_readings_the_unlikeliest_are_left_out() -> None:
    ways = pinyin_initials("单解长乐")
    assert ways[0] == "sjzl"
    assert "djzl" in ways
