"""The case: what came in, one matter per programme, and every step it took."""

from applications.models.cases import (
    CLOSED,
    Application,
    Draft,
    Holiday,
    Matter,
    MatterQuerySet,
    RelativeRegister,
    State,
)
from applications.models.steps import Action, ConfirmingBody, Decision, HomeVisit, Supplement, Transition

__all__ = [
    "CLOSED",
    "Action",
    "Application",
    "ConfirmingBody",
    "Decision",
    "Draft",
    "Holiday",
    "HomeVisit",
    "Matter",
    "MatterQuerySet",
    "RelativeRegister",
    "State",
    "Supplement",
    "Transition",
]
