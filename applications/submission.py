"""What a filled-in application says, read and normalised: the form makes it, `intake.submit` takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from households.means import Assets, Circumstances, Means, Obligor
from households.registry import PersonEntry


@dataclass(frozen=True)
class MemberEntry:
    """One member: who (identity) and what is known of them (circumstances)."""

    entry: PersonEntry
    known: Circumstances
    consents: bool


@dataclass(frozen=True)
class ObligorEntry:
    """One obligor living elsewhere."""

    entry: PersonEntry
    known: Obligor
    consents: bool


@dataclass(frozen=True)
class AccountEntry:
    """Where the money goes; None of it where the account is opened later."""

    kind: str
    bank: str
    number: str
    holder_name: str
    holder_reason: str = ""


@dataclass(frozen=True)
class Submission:
    """The whole application. The first member is the head and applicant; `papers` are the codes handed in."""

    programme: str
    region_code: str
    area: str
    received_on: date
    channel: str
    members: tuple[MemberEntry, ...]
    agent_name: str = ""
    address: str = ""
    hardship: str = ""
    obligors: tuple[ObligorEntry, ...] = ()
    assets: Assets = field(default_factory=Assets)
    account: AccountEntry | None = None
    papers: tuple[str, ...] = ()
    need_kind: str = ""
    need_multiple: Decimal | None = None
    recipient: int = 0

    def means(self) -> Means:
        """The same household as the rules read it, before anything is stored."""
        return Means(
            area=self.area,
            region_code=self.region_code,
            people=tuple(member.known for member in self.members),
            obligors=tuple(obligor.known for obligor in self.obligors),
            assets=self.assets,
        )
