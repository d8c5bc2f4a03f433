"""Who lives together, who owes support, who consented to checking, and what is known of their means."""

from households.models.facts import AssetFact, CircumstanceFact, Fact, IncomeFact
from households.models.people import Consent, ConsentEnd, Household, Membership, Obligation, Person

__all__ = [
    "AssetFact",
    "CircumstanceFact",
    "Consent",
    "ConsentEnd",
    "Fact",
    "Household",
    "IncomeFact",
    "Membership",
    "Obligation",
    "Person",
]
