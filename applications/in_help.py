"""Which of these people the office helps or is about to: nobody need go and find them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from applications.models import Matter
from households.models import Membership
from payments.models import AwardCover


def in_help(people: Collection[UUID], on: date) -> set[UUID]:
    """Those covered by an award that has not ended, or with an open case of their own or their family's. Two queries.

    An obligor elsewhere is not helped by the family's case; help given once covers nobody afterwards.
    """
    covered = AwardCover.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), person__in=people)
    theirs = Q(person=None) | Q(person=OuterRef("person_id"))
    cases = Matter.objects.open().filter(theirs, household=OuterRef("household_id"))
    applying = Membership.objects.live().filter(Exists(cases), person__in=people)
    return {*covered.values_list("person_id", flat=True), *applying.values_list("person_id", flat=True)}
