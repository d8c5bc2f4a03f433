"""Names as stored: R-57, ux.md §9."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.names import NameRefused, read_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("王秀英", "王秀英"),
        (" 王秀英　\n", "王秀英"),
        ("王 秀　英", "王秀英"),
        ("王\u00a0英", "王英"),
        ("王\u200b秀\ufeff英\u2060", "王秀英"),
        ("葛\U000e0100城", "葛城"),
        ("⽟⼭", "玉山"),  # Kangxi radicals
        ("⻢玉⻰", "马玉龙"),  # the radicals supplement, as some PDFs give it
        ("\uf9e1", "李"),  # compatibility ideograph
        ("〇", "〇"),
        ("王", "王"),
        ("䶮𬱖", "䶮𬱖"),
        ("\U000313f0\U00030000\U0002ceb1", "\U000313f0\U00030000\U0002ceb1"),  # extensions H, G, F
        ("JOHN  SMITH", "JOHN SMITH"),
        ("J. O'Brien-Smith Jr.", "J. O'Brien-Smith Jr."),
        ("Jose\u0301", "José"),
    ],
)
def test_it_is_stored_as_on_the_document(typed: str, stored: str) -> None:
    assert read_name(typed) == stored
    assert unicodedata.is_normalized("NFC", stored)


@pytest.mark.parametrize(
    "separator", ["·", "•", "・", "‧", "･", "∙", "⋅", "\u0387", ".", "．", "。", "｡", " · ", "··", ". "]
)
def test_every_separator_becomes_the_middle_dot(separator: str) -> None:
    assert read_name(f"买买提{separator}吐尔逊") == "买买提\u00b7吐尔逊"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("王\u202e英", "direction"),
        ("\u202d王英\u202c", "direction"),
        ("王\u200f英", "direction"),
        ("王\x07英", "control"),
        ("王\t英", "control"),
        ("王\n英", "control"),
        ("王\x00", "control"),
        ("王\ud800", "control"),
        ("王3", "digit"),
        ("王３", "digit"),
        ("王①", "digit"),
        ("王Ⅳ", "digit"),
        ("王😀", "symbol"),
        ("王👨\u200d👩", "symbol"),
        ("=王英", "symbol"),
        ("＝王英", "symbol"),
        ("王@英", "symbol"),
        ("王，英", "symbol"),
        ("王○", "symbol"),
        ("王\ue816", "private"),
        ("王⺼", "radical"),
        ("王㇏", "radical"),
        ("Иван", "script"),
        ("ВОРА", "script"),  # Cyrillic that looks Latin
        ("王محمد", "script"),
        ("バイ", "script"),
        ("·王英", "edges"),
        ("王英·", "edges"),
        ("王英。", "symbol"),
        (".王英", "edges"),
        ("-SMITH", "edges"),
        ("王" * 51, "length"),
    ],
)
def test_what_no_document_carries_is_refused_in_one_sentence(typed: str, code: str) -> None:
    with pytest.raises(NameRefused) as caught:
        read_name(typed)
    assert caught.value.code == code
    assert 6 <= len(caught.value.message) <= 25
    assert str(caught.value) == caught.value.message


def test_the_place_of_a_wrong_character_is_named() -> None:
    with pytest.raises(NameRefused, match="姓名第 3 个字是符号"):
        read_name("王秀＠")


def test_fifty_characters_are_taken() -> None:
    assert len(read_name("\U00020000" * 50)) == 50


@given(st.text(max_size=60))
def test_whatever_is_taken_can_be_stored_printed_and_read_again(text: str) -> None:
    try:
        name = read_name(text)
    except NameRefused:
        return
    assert read_name(name) == name
    assert name.encode("gb18030").decode("gb18030") == name
    assert 1 <= len(name) <= 50
