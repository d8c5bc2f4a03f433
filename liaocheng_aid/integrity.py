"""Every floor's promises, read again from the ground up and in one snapshot."""

from __future__ import annotations

import accounts.integrity
import applications.integrity
import disclosure.integrity
import payments.integrity
import verification.integrity
from accounts.integrity import Outcome, examine, snapshot


def examine_all() -> list[Outcome]:
    """Each check up to its first fault, in the order of the floors."""
    floors = (
        accounts.integrity,
        payments.integrity,
        verification.integrity,
        applications.integrity,
        disclosure.integrity,
    )
    checks = [check for floor in floors for check in floor.checks()]
    with snapshot():
        return [examine(check) for check in checks]
