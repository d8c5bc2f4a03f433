"""How a sum came about, exact beside rounded, in Chinese."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from eligibility.rules.derivations import DERIVATIONS, Base, Derivation
from eligibility.rules.figures import CARE_MEASURES, NONE_IN_FORCE, Figure, FigureSet
from eligibility.rules.sentences import LEVEL_WORDS, View
from eligibility.rules.wording import Known, exact_yuan, grouped, nearest_fen, times, yuan

Step: TypeAlias = dict[str, str]


def _step(code: str, exact: Fraction, rounded: int, said: str) -> Step:
    return {"code": code, "exact": exact_yuan(exact), "rounded": yuan(rounded), "said": said}


def _up(exact: Fraction) -> int:
    return -(-exact.numerator // (exact.denominator * 100)) * 100


def _carried(exact: Fraction) -> str:
    """The exact result, and the whole yuan it is carried to where that differs."""
    shown, rounded = grouped(nearest_fen(exact)), _up(exact)
    return f"{shown} 元" if exact == rounded else f"{shown} 元,进到整元为 {grouped(rounded)} 元"


def _one_shortfall(standard: int, number: int, year_fen: int, note: str) -> Step:
    exact = standard * number - Fraction(year_fen, 12)
    people = "" if number == 1 else f" × {number}"
    if year_fen % 12 == 0:
        formula = f"{grouped(standard)}{people} − {grouped(year_fen // 12)}"
    else:
        formula = f"({grouped(standard)}{people} × 12 − {grouped(year_fen)}) ÷ 12"
    return _step("shortfall", exact, _up(exact), f"{note}{formula} = {_carried(exact)}")


def shortfall(standard: int, number: int, income: Known) -> list[Step]:
    """Standard × people − income, once for each reading of the pension; [] where the sum is not known."""
    if standard == NONE_IN_FORCE or income.unknown or max(income.out, income.counting) >= standard * number * 12:
        return []
    if income.out == income.counting:
        return [_one_shortfall(standard, number, income.out, "")]
    return [
        _one_shortfall(standard, number, income.out, "不计基础养老金:"),
        _one_shortfall(standard, number, income.counting, "计入基础养老金:"),
    ]


_BASE_WORDS = {Base.STANDARD: "低保标准", Base.URBAN: "城市低保标准", Base.WAGE_LAST_YEAR: "上年最低工资"}


def _base(figures: FigureSet, how: Derivation) -> int:
    return {
        Base.STANDARD: figures.standard,
        Base.URBAN: figures.urban,
        Base.WAGE_LAST_YEAR: figures.wage_last_year,
    }[how.base]


def _figure_step(code: str, name: str, figure: Figure, figures: FigureSet, how: Derivation) -> Step:
    """A figure as it was published, or the arithmetic it is derived by, exact beside the whole yuan."""
    if not figure.derived:
        return _step(code, Fraction(figure.fen), figure.fen, f"{name}(已公布){grouped(figure.fen)} 元")
    base = _base(figures, how)
    exact = Fraction(base * how.numerator, how.denominator)
    formula = f"{_BASE_WORDS[how.base]} {grouped(base)} {how.words}"
    return _step(code, exact, figure.fen, f"{name}(推算){formula} = {_carried(exact)}")


def allowance(name: str, figures: FigureSet, figure: Figure, key: tuple[str, str]) -> list[Step]:
    """The one figure a child or a disabled person is paid; [] where none is known. `key`: programme and measure."""
    if figure.fen == NONE_IN_FORCE:
        return []
    if not figure.derived:
        exact = Fraction(figure.fen)
        return [_step("standard", exact, _up(exact), f"{name}(已公布){_carried(exact)}")]
    return [_figure_step("standard", name, figure, figures, DERIVATIONS[key])]


def tekun(view: View, level: int | None) -> list[Step]:
    """The basic standard, the care standard of the level, and their sum."""
    figures = view.figures
    if level is None or NONE_IN_FORCE in (figures.basic.fen, figures.care[level].fen):
        return []
    basic, care = figures.basic, figures.care[level]
    total = basic.fen + care.fen
    by_wage = DERIVATIONS["tekun", CARE_MEASURES[level]]
    return [
        _figure_step("basic", "基本生活标准", basic, figures, DERIVATIONS["tekun", "basic"]),
        _figure_step("care", f"{LEVEL_WORDS[level]}照料标准", care, figures, by_wage),
        _step(
            "sum",
            Fraction(total),
            _up(Fraction(total)),
            f"{grouped(basic.fen)} + {grouped(care.fen)} = {_carried(Fraction(total))}",
        ),
    ]


def temporary(view: View) -> list[Step]:
    """Multiple × the urban standard."""
    multiple, urban = view.household.need_multiple, view.figures.urban
    if multiple is None or urban == NONE_IN_FORCE:
        return []
    exact = Fraction(multiple * urban, 10_000)
    return [_step("multiple", exact, _up(exact), f"{grouped(urban)} × {times(multiple)} = {_carried(exact)}")]
