"""Whom a night is told to ask about: one row a person and household, made by the floor above (`applications.night`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ToAsk:
    """One person, for one household: as whom (`Subject.Role`), why (`Subject.Purpose`), for which case, since when.

    `since` is the day the case was submitted: a consent signed before it does not bear the enquiry.
    """

    person_id: UUID
    household_id: UUID
    role: str
    purpose: str
    case_number: str
    programme: str
    since: date
