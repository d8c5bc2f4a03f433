"""RFC 8785 bytes: the same as the reference package's, and refusals for what we never sign."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from accounts.canonical import LARGEST_INTEGER, NotCanonical, canonical, digest

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_it_agrees_with_the_reference_package(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_keys_are_sorted_nothing_is_spaced_and_han_stays_itself() -> None:
    assert canonical({"b": [1, (True, None)], "a": '王秀英\n\x1f"\\/'}) == (
        '{"a":"王秀英\\n\\u001f\\"\\\\/","b":[1,[true,null]]}'.encode()
    )


def test_a_day_is_its_iso_text_at_any_depth() -> None:
    assert canonical({"on": date(2026, 11, 23), "days": [date(2024, 2, 29)]}) == canonical(
        {"on": "2026-11-23", "days": ["2024-02-29"]}
    )


def test_the_order_of_keys_does_not_matter_and_of_lists_does() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1, 2]) != digest([2, 1])


def test_digest_is_sha256_of_the_bytes() -> None:
    assert digest({"fen": 75300}) == hashlib.sha256(b'{"fen":75300}').hexdigest()


def test_members_of_our_enums_are_their_values() -> None:
    word = StrEnum("word", {"DIBAO": "dibao"})
    grade = IntEnum("grade", {"TWO": 2})
    assert canonical([word("dibao"), grade(2)]) == b'["dibao",2]'


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ({"line": [{"amount": 1.5}]}, "$.line[0].amount"),
        ({"a": float("nan")}, "$.a"),
        (Decimal("1.00"), "$"),
        (b"bytes", "$"),
        ({"a": {1, 2}}, "$.a"),
        (datetime(2026, 11, 23, tzinfo=UTC), "$"),
        ({"姓名": "王"}, "$"),
        ({1: "a"}, "$"),
        ({None: "a"}, "$"),
        ([LARGEST_INTEGER + 1], "$[0]"),
        ({"a": -LARGEST_INTEGER - 1}, "$.a"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_its_path(value: object, path: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical(value)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("value", ["\ud800", ["好\udfff"], {"a": "\udc00"}])
def test_a_lone_surrogate_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical, match="lone surrogate"):
        canonical(value)


def test_the_largest_integers_are_taken() -> None:
    assert canonical([LARGEST_INTEGER, -LARGEST_INTEGER]) == b"[9007199254740991,-9007199254740991]"
