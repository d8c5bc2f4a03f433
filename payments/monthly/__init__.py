"""A county's monthly list: build → check → lock → approve → release, by four people; or cancel before the release."""

from payments.monthly.building import build, start_build, unlisted
from payments.monthly.exceptions import acknowledge
from payments.monthly.hashing import hash_of, verify
from payments.monthly.outcomes import AlreadyDone
from payments.monthly.steps import approve, cancel, check, lock, release

__all__ = [
    "AlreadyDone",
    "acknowledge",
    "approve",
    "build",
    "cancel",
    "check",
    "hash_of",
    "lock",
    "release",
    "start_build",
    "unlisted",
    "verify",
]
