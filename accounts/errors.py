"""Our own errors: raised in the act, turned into HTTP once, in the web layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import BaseForm


class AidError(Exception):
    """An act was refused; `message` is the Chinese sentence its user reads."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotHere(AidError):
    """Outside the actor's regions, or absent: the two are never told apart."""

    def __init__(self) -> None:
        super().__init__("没有找到这一户")


class Forbidden(AidError):
    """Inside the actor's regions, without the post, or kept apart by an earlier step of the same case."""


class WrongState(AidError):
    """The step does not leave from this state; says who moved it and when, where somebody did."""


class Conflict(AidError):
    """The same key with another body, or something seen that has changed since."""


class Invalid(AidError):
    """Input that can't be taken: `errors` maps each field's path to its sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


def beside(form: BaseForm, errors: Mapping[str, str]) -> None:
    """Each sentence beside its field; above the form where it has no such field. What was typed stays."""
    for field, sentence in errors.items():
        form.add_error(field if field in form.fields else None, sentence)


class TooLarge(AidError):
    """More in one request than is taken at a time."""


class TooMany(AidError):
    """More than this caller's allowance; `wait` is the seconds until it is enough again."""

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class NoConsent(AidError):
    """Nobody is asked about without their authorisation (社会救助法 art. 40, 41)."""
