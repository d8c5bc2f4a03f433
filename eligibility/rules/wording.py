"""Figures as text: yuan with two decimals for machines, grouped for sentences. Exact, or marked 约."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_MOST_PLACES: Final = 8


def yuan(fen: int) -> str:
    """Fen as yuan, two decimals: 102000 is 1020.00."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def grouped(fen: int) -> str:
    """Fen as yuan with thousands: 102000 is 1,020.00."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def nearest_fen(exact: Fraction) -> int:
    """To the nearest fen, halves up: for reading only, nothing is computed from it."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def exact_yuan(fen: Fraction) -> str:
    """Every digit, at least two decimals; where there is no end to them, the nearest fen."""
    scaled = fen / 100
    for places in range(2, _MOST_PLACES + 1):
        shifted = scaled * 10**places
        if shifted.denominator == 1:
            whole, part = divmod(shifted.numerator, 10**places)
            return f"{whole}.{part:0{places}d}"
    return yuan(nearest_fen(fen))


def line_yuan(ten_thousandths: int, mark: str = "") -> str:
    """A line in ten-thousandths of a fen as yuan, never rounded: at least two decimals. `mark` "," groups thousands."""
    whole, part = divmod(ten_thousandths, 1_000_000)
    digits = f"{part:06d}".rstrip("0")
    return f"{whole:{mark}}.{digits:0<2}"


def _month_fen(year_fen: int) -> int:
    """A twelfth to the nearest fen, halves up: for reading only."""
    return (year_fen + 6) // 12


def monthly(year_fen: int) -> str:
    """Fen a year as yuan a month, nearest fen."""
    return yuan(_month_fen(year_fen))


def monthly_sentence(year_fen: int) -> str:
    """The same for a sentence; where the month has no whole fen it says so and gives the exact year."""
    text = grouped(_month_fen(year_fen))
    return f"{text} 元" if year_fen % 12 == 0 else f"约 {text} 元(全年 {grouped(year_fen)} 元)"


def times(ten_thousandths: int) -> str:
    """A multiple without trailing zeros: 15000 is 1.5."""
    whole, part = divmod(ten_thousandths, 10_000)
    return f"{whole}.{part:04d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Known:
    """Income in fen a year: what is known with the pension out and in, and whether more is unknown."""

    out: int
    counting: int
    unknown: bool
    year: bool = False
    """Compared by the year, not by the month."""

    def figure(self, passed: bool | None) -> str:
        """What is known without the pension; both ends of the range where the pension leaves the answer open."""
        text = yuan if self.year else monthly
        if passed is None and self.out != self.counting:
            return f"{text(self.out)}–{text(self.counting)}"
        return text(self.out)

    def amount(self, year_fen: int) -> str:
        return f"{grouped(year_fen)} 元" if self.year else monthly_sentence(year_fen)


def joined(word: str, rest: str) -> str:
    """A Chinese word and what follows: a space before a figure, none before another word."""
    return f"{word} {rest}" if rest[:1].isascii() else f"{word}{rest}"


def compared(name: str, income: Known, line: str | None, passed: bool | None) -> str:
    """One sentence on income against a line. `passed` None: why it cannot be said."""
    low, high = income.amount(income.out), income.amount(income.counting)
    subject = joined(f"{'已知' if income.unknown else ''}{name}", low)
    if line is None:
        return f"{subject},没有可比的标准,由工作人员确定"
    if passed is None and income.unknown:
        return f"{subject},另有收入不明,不能{joined('与', line)}比较"
    if passed is None:
        return (
            f"{joined(f'{name}不计基础养老金', low)},{joined('计入', high)},"
            f"{joined('标准', line)},是否计入由工作人员认定"
        )
    if not passed:
        return f"{subject},{joined('不低于', line)}"
    pension = "" if income.out == income.counting else f",{joined('计入基础养老金为', high)}"
    return f"{subject}{pension},{joined('低于', line)}"
