"""Submit what stands on the page: one receipt for a draft however often it is sent, and the draft is gone with it."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.models import AuditEntry, User
from applications import drafts, intake
from applications.entry.reading import submission
from applications.entry.sheet import Sheet
from applications.models import Application
from eligibility.catalogue import paper_names

ACTION = "application.enter"


@transaction.atomic
def send(sheet: Sheet, *, key: UUID, actor: User) -> Application:
    """Take the application in under the draft's own key.

    Raises what `intake.submit` raises; then nothing is kept and the draft stays.
    """
    drafts.hold(key)
    is_first = not Application.objects.filter(submission_key=key).exists()
    application = intake.submit(submission(sheet), key=key, actor=actor)
    if is_first:
        _note(sheet, application, actor)
    drafts.close(actor, key)
    return application


def _note(sheet: Sheet, application: Application, actor: User) -> None:
    """What the window saw and no table keeps: papers handed in, and why a document was accepted as it is."""
    reasons = {
        f"document_{place}": person.read["id_reason"]
        for place, person in enumerate((*sheet.people, *sheet.outside))
        if person.read.get("id_reason")
    }
    audit.record(
        actor,
        ACTION,
        application,
        on=clock.today(),
        region_code=application.region_id,
        post=access.post_label(actor, application.region_id),
        detail={"papers": ",".join(sheet.ticked), "wanted": ",".join(p.code for p in sheet.wanted), **reasons},
    )


def papers_missing(application: Application) -> list[str]:
    """The papers that were not handed in at the window, by name."""
    kept = _kept(application) or {}
    given, names = set(kept.get("papers", "").split(",")), paper_names()
    return [names[code] for code in kept.get("wanted", "").split(",") if code in names and code not in given]


def noted(application: Application) -> frozenset[str] | None:
    """The codes of the papers handed in at the window; None where it did not come in there."""
    kept = _kept(application)
    return None if kept is None else frozenset(kept.get("papers", "").split(","))


def _kept(application: Application) -> dict[str, str] | None:
    entry = AuditEntry.objects.filter(
        target_type=application._meta.label_lower, target_id=str(application.pk), action=ACTION
    ).first()
    return dict(json.loads(entry.detail)) if entry else None
