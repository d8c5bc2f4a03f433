"""What the night found, and what a person made of it: written once a mismatch, cleared by an answer that agrees."""

from verification.findings.acts import RELATIVE, Worked, accept, dispute, explain
from verification.findings.recording import Recorded, weigh

__all__ = ["RELATIVE", "Recorded", "Worked", "accept", "dispute", "explain", "weigh"]
