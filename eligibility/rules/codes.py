"""The small integers the columns hold. A member's lower-case name is the word written outside."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Area(IntEnum):
    URBAN = 0
    RURAL = 1


class Relation(IntEnum):
    """To the head of the household."""

    HEAD = 0
    SPOUSE = 1
    CHILD = 2
    PARENT = 3
    GRANDPARENT = 4
    GRANDCHILD = 5
    SIBLING = 6
    OTHER = 7


class Student(IntEnum):
    NONE = 0
    COMPULSORY = 1
    SENIOR_HIGH = 2
    VOCATIONAL = 3
    JUNIOR_COLLEGE = 4
    UNDERGRADUATE = 5
    POSTGRADUATE = 6


class Disability(IntEnum):
    """GB/T 26341-2010."""

    NONE = 0
    VISUAL = 1
    HEARING = 2
    SPEECH = 3
    PHYSICAL = 4
    INTELLECTUAL = 5
    MENTAL = 6
    MULTIPLE = 7


class Away(IntEnum):
    """Why somebody is away (a listed person's `absence`, an obligor's `status`)."""

    NONE = 0
    PRISON = 1
    MISSING = 2
    NO_CAPACITY = 3
    DRUG_ISOLATION = 4
    RELIGIOUS_3_YEARS = 5


class Need(IntEnum):
    NONE = 0
    MEDICAL = 1
    EDUCATION = 2
    SUDDEN = 3


class Orphan(IntEnum):
    """国办发〔2010〕54号; 民发〔2019〕62号."""

    NONE = 0
    INSTITUTION = 1
    DISPERSED = 2
    DE_FACTO = 3


class CareLevel(IntEnum):
    """民发〔2021〕43号 art. 22."""

    SELF_RELIANT = 0
    SEMI = 1
    FULL = 2


GRADES: Final = 5
"""Disability grades 1 (worst) to 4; 0 is none. Tables by kind and grade are laid out kind × GRADES + grade."""

HELD_TEKUN: Final = 1
HELD_DIBAO: Final = 2
"""Bits of what somebody holds or receives now."""
