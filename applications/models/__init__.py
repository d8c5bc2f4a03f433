"""The case: what came in, one matter per programme, and every step it took."""

from applications.models.adjustments import AdjustmentBatch, AdjustmentRow, AdjustmentStep
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
from applications.models.exchange import (
    PlatformDelivery,
    PlatformDifference,
    PlatformFile,
    PlatformReceipt,
    PlatformSettlement,
)
from applications.models.steps import Action, ConfirmingBody, Decision, HomeVisit, Supplement, Transition

__all__ = [
    "CLOSED",
    "Action",
    "AdjustmentBatch",
    "AdjustmentRow",
    "AdjustmentStep",
    "Application",
    "ConfirmingBody",
    "Decision",
    "Draft",
    "Holiday",
    "HomeVisit",
    "Matter",
    "MatterQuerySet",
    "PlatformDelivery",
    "PlatformDifference",
    "PlatformFile",
    "PlatformReceipt",
    "PlatformSettlement",
    "RelativeRegister",
    "State",
    "Supplement",
    "Transition",
]
