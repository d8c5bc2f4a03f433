"""What a stranger sees: ux.md §9, reliability.md R-36/37."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.masking import mask_account, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王秀英", "王*英"),
        ("王英", "王*"),
        ("欧阳娜娜", "欧*娜"),
        ("王", "*"),
        ("买买提·吐尔逊", "买*逊"),
        ("𬱖小䶮", "𬱖*䶮"),
        ("JOHN SMITH", "J*H"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_shows_its_ends(name: str | None, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("371522195602010234", "371************234"),
        ("37152219560201023X", "371************23X"),
        ("371522560201023", "371*********023"),
        ("E12345678", "E******78"),
        ("12345", "*****"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_shows_three_and_three(number: str | None, shown: str) -> None:
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800001234", "138****1234"), ("0635-8231234", "********1234"), ("120", "***"), ("", ""), (None, "")],
)
def test_a_phone_keeps_its_last_four(phone: str | None, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("account", "shown"),
    [("6217000012345673308", "****3308"), ("9151234567", "****4567"), ("12345678", "****"), ("", ""), (None, "")],
)
def test_an_account_keeps_its_last_four(account: str | None, shown: str) -> None:
    assert mask_account(account) == shown


@given(st.text(alphabet="王李张小英", min_size=2, max_size=50))
def test_a_masked_name_never_tells_more_than_its_ends(name: str) -> None:
    masked = mask_name(name)
    assert masked.count("*") == 1
    assert len(masked) <= 3
    assert name[1:-1] not in masked or len(name) < 4


@given(st.text(alphabet="0123456789", min_size=1, max_size=25))
def test_a_masked_number_hides_half_and_keeps_its_length(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert masked.count("*") * 2 >= len(number)
