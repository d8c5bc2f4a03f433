"""What the acts of a payment list answer when the step was taken before."""

from __future__ import annotations

from accounts.errors import WrongState
from payments.models import PaymentList


class AlreadyDone(WrongState):
    """The same person took the same step before (a double click): nothing happens, and it is said."""

    def __init__(self, message: str, payment_list: PaymentList) -> None:
        super().__init__(message)
        self.payment_list = payment_list
