"""What is granted, what is due, and the lists it is paid by."""

from payments.models.awards import Award, AwardCover, Hold, LedgerEntry, PayeeAccount
from payments.models.lists import ExportFile, PaymentException, PaymentLine, PaymentList, PaymentSlot

__all__ = [
    "Award",
    "AwardCover",
    "ExportFile",
    "Hold",
    "LedgerEntry",
    "PayeeAccount",
    "PaymentException",
    "PaymentLine",
    "PaymentList",
    "PaymentSlot",
]
