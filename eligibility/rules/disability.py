"""Kinds and grades of disability that decide. `multiple` names no kind: where a kind decides, it is unknown."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from eligibility.rules.codes import GRADES, Disability
from eligibility.rules.ternary import NO, UNKNOWN, YES, Codes, Ternary


def _table(sure: Iterable[tuple[Disability, int]], unsure_multiple: Iterable[int]) -> Ternary:
    table = np.full(len(Disability) * GRADES, NO, np.int8)
    for kind, grade in sure:
        table[kind * GRADES + grade] = YES
    for grade in unsure_multiple:
        table[Disability.MULTIPLE * GRADES + grade] = UNKNOWN
    return table


_KINDS = [kind for kind in Disability if kind is not Disability.NONE]
_MIND = (Disability.INTELLECTUAL, Disability.MENTAL)

_SEVERE = _table(
    [(kind, grade) for kind in _KINDS for grade in (1, 2)] + [(kind, 3) for kind in _MIND], unsure_multiple=(3,)
)
_CANNOT_WORK = _table(
    [(kind, grade) for kind in _MIND for grade in (1, 2, 3)]
    + [(Disability.PHYSICAL, 1), (Disability.PHYSICAL, 2), (Disability.VISUAL, 1)],
    unsure_multiple=(1, 2, 3),
)
_NEEDS_CARE = _table(
    [(kind, grade) for kind in (*_MIND, Disability.VISUAL, Disability.PHYSICAL) for grade in (1, 2)],
    unsure_multiple=(1, 2),
)


def _looked_up(table: Ternary, kind: Codes, grade: Codes) -> Ternary:
    result = np.zeros(len(kind), np.int8)
    rows = np.flatnonzero(kind)
    result[rows] = table[kind[rows] * np.int8(GRADES) + grade[rows]]
    return result


def severe(kind: Codes, grade: Codes) -> Ternary:
    """Grade 1-2 of any kind; grade 3 intellectual or mental. 57号 art. 8(一)."""
    return _looked_up(_SEVERE, kind, grade)


def cannot_work(kind: Codes, grade: Codes) -> Ternary:
    """Intellectual or mental 1-3, physical 1-2, visual 1. 43号 art. 5(三)."""
    return _looked_up(_CANNOT_WORK, kind, grade)


def needs_care(kind: Codes, grade: Codes) -> Ternary:
    """Intellectual, mental, visual or physical of grade 1-2. 鲁政发〔2015〕27号."""
    return _looked_up(_NEEDS_CARE, kind, grade)
