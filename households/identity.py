"""Identity numbers as they stand on the document: read, checked, never corrected by guessing.

GB 11643-1999 for the 18-digit citizen number; other documents are kept with their kind and a reason.
No sentence ever prints the right check digit: that would teach forging.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from stdnum import numdb
from stdnum.cn import ric

Sex = Literal["M", "F"]

EARLIEST_BIRTH = date(1900, 1, 1)

# Full-width forms, and the Roman ten and the multiplication sign that stand for the check character X.
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | dict.fromkeys(map(ord, "Ⅹⅹ×"), "X")
_DASHES = frozenset("-−_")  # and everything of Unicode category Pd

# Residence permits of Hong Kong, Macao and Taiwan residents carry these instead of an area (国办发〔2018〕81号).
_RESIDENCE_PREFIXES = frozenset({"810000", "820000", "830000"})


class IdentityError(ValueError):
    """A number that is not taken. `code` is for programs, `message` is the sentence shown at the field."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DocumentKind(StrEnum):
    """What a person proves their identity with; the values are stored with the person."""

    RESIDENT = "resident"
    HK_MACAO = "hk_macao"  # 港澳居民来往内地通行证
    TAIWAN = "taiwan"  # 台湾居民来往大陆通行证
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证
    FOREIGN_RESIDENT = "foreign_resident"  # 外国人永久居留身份证
    PASSPORT = "passport"


# Shape of the number, and the sentence where it has another. New permits first, the older form after the bar.
_SHAPES: dict[DocumentKind, tuple[re.Pattern[str], str]] = {
    DocumentKind.HK_MACAO: (re.compile(r"[HM][0-9]{8}([0-9]{2})?"), "通行证号以 H 或 M 开头，后面 8 位数字"),
    DocumentKind.TAIWAN: (re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"), "台胞证号是 8 位数字，对照证件核对"),
    DocumentKind.PASSPORT: (re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}"), "护照号是 5 至 15 位字母和数字"),
    DocumentKind.FOREIGN_RESIDENT: (re.compile(r"[A-Z]{3}[0-9]{12}"), "永居证号是 18 位数字，或 3 字母 12 数字"),
}


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A citizen number that passed every check it can be put to without asking the police.

    `area_known` is False where the first six digits were never an area code: allowed, but with a reason.
    None where they are not an area at all (a foreigner's permanent residence card begins with 9).
    """

    number: str
    birth_date: date
    sex: Sex
    converted_from_15: bool
    area_known: bool | None


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A number that is no citizen number, with why it stands in for one. Birth and sex where it tells them."""

    kind: DocumentKind
    number: str
    reason: str
    birth_date: date | None = None
    sex: Sex | None = None


def squeeze(text: str) -> str:
    """The characters that count, as printed on a card: half-width, capitals, no space, dash or invisible mark."""
    half = text.translate(_HALF_WIDTH).upper()
    return "".join(c for c in half if not (c.isspace() or c in _DASHES or unicodedata.category(c) in ("Cf", "Pd")))


def check_digit(first17: str) -> str:
    """The 18th character that belongs to 17 digits: GB 11643-1999 (ISO 7064 MOD 11-2)."""
    return str(ric.calc_check_digit(first17 + "0"))


def read_id_number(text: str, *, on: date) -> IdNumber:
    """Read an 18-digit citizen number, or a 15-digit one as 19yy, as typed by a clerk on the day `on`.

    Raises IdentityError: empty, characters, length, check_digit, birth_date, birth_future, birth_early.
    """
    typed = squeeze(text)
    _refuse_shape(typed)
    converted = len(typed) == 15
    number = _as_18(typed) if converted else typed
    birth = _birth_date(number, on=on)
    if number[17] != check_digit(number[:17]):
        raise IdentityError("check_digit", "第 18 位与前 17 位不符，对照证件核对")
    sex: Sex = "M" if int(number[16]) % 2 else "F"
    return IdNumber(number, birth, sex, converted, _area_known(number))


def read_other_document(kind: str, text: str, *, reason: str, on: date) -> OtherDocument:
    """Read the number of a document other than the resident ID card; kept with its kind and the reason.

    `kind` is a value of DocumentKind, `on` the day it is typed.
    Raises IdentityError: reason, shape, and those of `read_id_number` for the 18-digit permits.
    """
    document = DocumentKind(kind)
    if document is DocumentKind.RESIDENT:
        raise ValueError("a resident ID card is read by read_id_number")
    why = reason.strip()
    if not why:
        raise IdentityError("reason", "写明没有居民身份证的原因")
    number = squeeze(text)
    eighteen = {DocumentKind.RESIDENCE_PERMIT: True, DocumentKind.FOREIGN_RESIDENT: number[:1].isdigit()}
    if eighteen.get(document):
        return _read_18_digit_permit(document, number, reason=why, on=on)
    bare = re.sub(r"[()]", "", number)
    shape, sentence = _SHAPES[document]
    if not shape.fullmatch(bare):
        raise IdentityError("shape", sentence)
    return OtherDocument(document, bare, why)


def check_sex(number: IdNumber, recorded: str) -> None:
    """Raises IdentityError where the sex on record ('M' or 'F') is not the one the 17th digit tells."""
    if recorded != number.sex:
        raise IdentityError("sex", "性别与身份证号第 17 位不一致，对照证件核对")


ADULT = 18  # 民法典 art. 17


def age_on(birth: date, on: date) -> int:
    """Full years (周岁) on a day: a year older on the birthday; born 29 February, on 1 March."""
    if on < birth:
        raise ValueError("no age before birth")
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _refuse_shape(typed: str) -> None:
    if not typed:
        raise IdentityError("empty", "填写身份证号，18 位")
    if not re.fullmatch(r"[0-9]+", typed[:17]):
        raise IdentityError("characters", "身份证号前 17 位只能是数字")
    if len(typed) not in (15, 18):
        off = len(typed) - 18
        raise IdentityError("length", f"身份证号{'多' if off > 0 else '少'} {abs(off)} 位，应为 18 位")
    if not re.fullmatch(r"[0-9X]?", typed[17:]):
        raise IdentityError("characters", "身份证号第 18 位只能是数字或 X")


def _as_18(old: str) -> str:
    """The 15-digit number of before 1999 with its century and check digit (国务院 1999-07-01 起)."""
    first17 = old[:6] + "19" + old[6:]
    return first17 + check_digit(first17)


def _birth_date(number: str, *, on: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityError("birth_date", "身份证号里的出生日期不存在，对照证件核对") from None
    if birth > on:
        raise IdentityError("birth_future", "身份证号里的出生日期晚于今天，对照证件核对")
    if birth < EARLIEST_BIRTH:
        raise IdentityError("birth_early", "身份证号里的出生年份早于 1900 年")
    return birth


def _area_known(number: str) -> bool | None:
    """Whether the first six digits were ever an area code, whatever the year: cards outlive counties."""
    area = number[:6]
    if area.startswith("9"):
        return None
    return area in _RESIDENCE_PREFIXES or "county" in numdb.get("cn/loc").info(area)[-1][1]


def _read_18_digit_permit(kind: DocumentKind, number: str, *, reason: str, on: date) -> OtherDocument:
    read = read_id_number(number, on=on)
    if kind is DocumentKind.RESIDENCE_PERMIT and read.number[:6] not in _RESIDENCE_PREFIXES:
        raise IdentityError("shape", "居住证号以 81、82 或 83 开头")
    if kind is DocumentKind.FOREIGN_RESIDENT and not read.number.startswith("9"):
        raise IdentityError("shape", "永居证的 18 位号码以 9 开头，对照证件核对")
    return OtherDocument(kind, read.number, reason, read.birth_date, read.sex)
