"""What other departments were asked and said: nights, requests, enquiries, answers, files, findings."""

from verification.models.exchange import Circuit, Exchange, StrayRow
from verification.models.findings import Finding, FindingStep
from verification.models.nights import Answer, Enquiry, Request, Run, Subject
from verification.models.pushed import PushedList, PushedPerson

__all__ = [
    "Answer",
    "Circuit",
    "Enquiry",
    "Exchange",
    "Finding",
    "FindingStep",
    "PushedList",
    "PushedPerson",
    "Request",
    "Run",
    "StrayRow",
    "Subject",
]
