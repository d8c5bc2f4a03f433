"""What is wrong with a line, and where."""

from __future__ import annotations


class LineError(Exception):
    """A line that cannot be read. `field` is a path like `people[0].income[1].amount`, "" for the whole line."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def under(self, parent: str) -> LineError:
        """The same mistake, seen from one level up."""
        joint = "" if not self.field or self.field.startswith("[") else "."
        return LineError(f"{parent}{joint}{self.field}", self.message)
