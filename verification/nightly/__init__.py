"""The night of a county: planned once, asked request by request, closed complete or partly, resumed by hand."""

from verification.nightly.closing import close_due, give_up, resume
from verification.nightly.planning import ask_again, plan

__all__ = ["ask_again", "close_due", "give_up", "plan", "resume"]
