"""What other departments were asked and said: nights, requests, enquiries, answers, files, findings."""

from verification.models.exchange import Circuit, Exchange, StrayRow
from verification.models.findings import Finding, FindingStep
from verification.models.nights import Answer, Enquiry, Outcome, Record, Request, Run, Silence, Subject
from verification.models.pushed import PushedList, PushedPerson

__all__ = [
    "Answer",
    "Circuit",
    "Enquiry",
    "Exchange",
    "Finding",
    "FindingStep",
    "Outcome",
    "PushedList",
    "PushedPerson",
    "Record",
    "Request",
    "Run",
    "Silence",
    "StrayRow",
    "Subject",
]
