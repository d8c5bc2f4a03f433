"""Missing papers are told once, all together (57号 art. 10): a second telling is refused."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import Invalid, WrongState
from accounts.models import User
from applications import workflow
from applications.models import Action, Matter, Supplement

LONGEST_LIST = 300


@transaction.atomic
def ask(matter_pk: UUID, *, missing: str, actor: User, on: date) -> Matter:
    """Tell the applicant what is missing. Raises Invalid without words, WrongState where it was told before."""
    if len(missing.strip()) > LONGEST_LIST:
        raise Invalid({"missing": f"缺少材料最多写 {LONGEST_LIST} 字"})
    matter = workflow.advance(matter_pk, Action.ASK_PAPERS, actor=actor, on=on, note=missing)
    try:
        with transaction.atomic():
            Supplement.objects.create(matter=matter, missing=missing.strip(), asked_on=on, asked_by=actor)
    except IntegrityError as twice:
        raise WrongState("补正已一次性告知过，不再要求补正；按现有材料受理") from twice
    return matter
