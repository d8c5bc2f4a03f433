"""A standard takes effect: which awards it touches, what it changes for each, one batch a person confirms."""

from applications.adjustments.confirming import AlreadyConfirmed, carry_out, confirm, listed_since
from applications.adjustments.preparing import fill, hash_of, prepare_pending, start
from applications.adjustments.scope import pending, touched

__all__ = [
    "AlreadyConfirmed",
    "carry_out",
    "confirm",
    "fill",
    "hash_of",
    "listed_since",
    "pending",
    "prepare_pending",
    "start",
    "touched",
]
