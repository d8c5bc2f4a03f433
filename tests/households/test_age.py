"""Age in full years on a day: rules.md, 'one is 18 on the birthday; 29 February: a year older on 1 March'."""

from datetime import date

import pytest

from households.identity import age_on


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2008, 8, 10), date(2026, 8, 9), 17),
        (date(2008, 8, 10), date(2026, 8, 10), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_full_years(birth: date, on: date, age: int) -> None:
    assert age_on(birth, on) == age


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before birth"):
        age_on(date(2026, 1, 2), date(2026, 1, 1))
