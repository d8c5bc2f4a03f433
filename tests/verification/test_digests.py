"""The digest of an exchange's answers: the same answers give the same one, any other answer another."""

from __future__ import annotations

from hashlib import sha256

import pytest

from verification.digests import Row, digest_of

ROWS = (Row(1, 7, "found", {"pension": 210_000, "died_on": None}), Row(2, 8, "not_found", {}))


def test_it_is_what_the_record_says() -> None:
    written = b'7|found|{"died_on":null,"pension":210000}\n8|not_found|{}\n'
    assert digest_of(ROWS) == sha256(written).hexdigest()


def test_the_order_given_does_not_matter() -> None:
    assert digest_of(reversed(ROWS)) == digest_of(ROWS)


@pytest.mark.parametrize(
    "altered",
    [
        ROWS[:1],
        (ROWS[0], ROWS[1]._replace(enquiry_id=9)),
        (ROWS[0]._replace(values={"pension": 210_001, "died_on": None}), ROWS[1]),
        (ROWS[0]._replace(values={"pension": "210000", "died_on": None}), ROWS[1]),
        (ROWS[0]._replace(line=3), ROWS[1]),
    ],
)
def test_any_other_answer_has_another(altered: tuple[Row, ...]) -> None:
    assert digest_of(altered) != digest_of(ROWS)
