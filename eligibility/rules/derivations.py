"""How a figure follows from another where nobody published it, and which published one may not lie below that.

聊政字〔2020〕28号 三(二): 1.3 × the standard; 1/10, 1/6, 1/3 of last year's minimum wage. Liaocheng's paper of 2024:
orphans 2.5 × and 2 × the urban standard, subsidies to the disabled 20, 15 and 18 % of it. Always up to the whole yuan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_YUAN: Final = 100


class Base(StrEnum):
    """What a figure is derived from."""

    STANDARD = "standard"
    """The dibao standard of the household's own area."""
    URBAN = "urban"
    WAGE_LAST_YEAR = "wage_last_year"


@dataclass(frozen=True, slots=True)
class Derivation:
    """base × numerator ÷ denominator. `is_floor`: a published value below it is flagged."""

    base: Base
    numerator: int
    denominator: int
    is_floor: bool = False

    def whole_yuan(self, base_fen: int) -> int:
        """The derived figure in fen: a whole yuan, rounded up once."""
        return -(-base_fen * self.numerator // (self.denominator * _YUAN)) * _YUAN

    def is_above(self, base_fen: int, published_fen: int) -> bool:
        """Whether the exact formula lies above a published value."""
        return published_fen * self.denominator < base_fen * self.numerator

    @property
    def words(self) -> str:
        """`× 1.3`, `÷ 10`, `× 20%`."""
        if self.numerator == 1:
            return f"÷ {self.denominator}"
        if self.denominator == 100:
            return f"× {self.numerator}%"
        whole, tenth = divmod(self.numerator * 10 // self.denominator, 10)
        return f"× {whole}.{tenth}" if tenth else f"× {whole}"


DERIVATIONS: Final[dict[tuple[str, str], Derivation]] = {
    ("tekun", "basic"): Derivation(Base.STANDARD, 13, 10, is_floor=True),
    ("tekun", "care_self_reliant"): Derivation(Base.WAGE_LAST_YEAR, 1, 10, is_floor=True),
    ("tekun", "care_semi"): Derivation(Base.WAGE_LAST_YEAR, 1, 6, is_floor=True),
    ("tekun", "care_full"): Derivation(Base.WAGE_LAST_YEAR, 1, 3, is_floor=True),
    ("orphan", "institution"): Derivation(Base.URBAN, 5, 2),
    ("orphan", "dispersed"): Derivation(Base.URBAN, 2, 1),
    ("disability_living", "grade_1_2"): Derivation(Base.URBAN, 20, 100),
    ("disability_living", "grade_3_4"): Derivation(Base.URBAN, 15, 100),
    ("disability_care", "grade_1"): Derivation(Base.URBAN, 18, 100),
    ("disability_care", "grade_2"): Derivation(Base.URBAN, 15, 100),
}
