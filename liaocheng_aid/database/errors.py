"""What can go wrong before there is a database, in sentences an operator understands."""

from __future__ import annotations


class DatabaseUnavailable(RuntimeError):
    """The embedded server cannot be started here; the message says what to do."""


class BadDatabaseUrl(ValueError):
    """A database URL cannot be read; the message names the variable, never its value."""
