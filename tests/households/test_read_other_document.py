"""Documents that are not the resident ID card: kept with their kind and a reason (R-50)."""

from datetime import date

import pytest

from households.identity import DocumentKind, IdentityError, check_digit, read_other_document

ON = date(2026, 11, 23)
WHY = "香港居民，未领居住证"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (DocumentKind.HK_MACAO, "H12345678", "H12345678"),
        (DocumentKind.HK_MACAO, " m 1234567801 ", "M1234567801"),
        (DocumentKind.TAIWAN, "１２３４５６７８", "12345678"),
        (DocumentKind.TAIWAN, "1234567890(B)", "1234567890B"),
        (DocumentKind.TAIWAN, "1234567890（Ｂ）", "1234567890B"),
        (DocumentKind.PASSPORT, "ea-1234567", "EA1234567"),
        (DocumentKind.FOREIGN_RESIDENT, "usa110195601012", "USA110195601012"),
    ],
)
def test_it_is_kept_with_its_kind_and_reason(kind: DocumentKind, typed: str, kept: str) -> None:
    read = read_other_document(kind, typed, reason=f" {WHY} ", on=ON)
    assert (read.kind, read.number, read.reason) == (kind, kept, WHY)
    assert read.birth_date is None


@pytest.mark.parametrize(
    ("kind", "prefix"), [(DocumentKind.RESIDENCE_PERMIT, "810000"), (DocumentKind.FOREIGN_RESIDENT, "937156")]
)
def test_an_eighteen_digit_permit_tells_birth_and_sex(kind: DocumentKind, prefix: str) -> None:
    first17 = prefix + "19900229"[:4] + "0228" + "003"
    read = read_other_document(kind, first17 + check_digit(first17), reason=WHY, on=ON)
    assert (read.birth_date, read.sex) == (date(1990, 2, 28), "M")


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (DocumentKind.HK_MACAO, "12345678", "shape"),
        (DocumentKind.TAIWAN, "H1234567", "shape"),
        (DocumentKind.PASSPORT, "ABCDEFG", "shape"),
        (DocumentKind.TAIWAN, "١٢٣٤٥٦٧٨", "shape"),
        (DocumentKind.PASSPORT, "", "shape"),
        (DocumentKind.PASSPORT, "护照12345", "shape"),
        (DocumentKind.RESIDENCE_PERMIT, "11010519491231002X", "shape"),
        (DocumentKind.RESIDENCE_PERMIT, "810000199002280039", "check_digit"),
        (DocumentKind.FOREIGN_RESIDENT, "11010519491231002X", "shape"),
        (DocumentKind.FOREIGN_RESIDENT, "US110195601012", "shape"),
    ],
)
def test_another_shape_is_refused(kind: DocumentKind, typed: str, code: str) -> None:
    with pytest.raises(IdentityError) as caught:
        read_other_document(kind, typed, reason=WHY, on=ON)
    assert caught.value.code == code
    assert len(caught.value.message) <= 25


def test_a_stored_kind_is_enough_and_an_unknown_one_is_not() -> None:
    assert read_other_document("taiwan", "12345678", reason=WHY, on=ON).kind is DocumentKind.TAIWAN
    with pytest.raises(ValueError, match="none"):
        read_other_document("none", "12345678", reason=WHY, on=ON)


def test_no_reason_is_refused() -> None:
    with pytest.raises(IdentityError) as caught:
        read_other_document(DocumentKind.PASSPORT, "E12345678", reason="  ", on=ON)
    assert caught.value.code == "reason"


def test_a_resident_id_card_has_its_own_door() -> None:
    with pytest.raises(ValueError, match="read_id_number"):
        read_other_document(DocumentKind.RESIDENT, "11010519491231002X", reason=WHY, on=ON)
