"""What is asked only about some: a register of illness answers about nobody whose case does not claim it (PIPL 28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from households.models import CircumstanceFact
from verification.sources.base import Source


def kinds_of(source: Source, people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """By person the limited kinds their case claims; nobody for a source without any. At most one query a kind."""
    claims: dict[UUID, set[str]] = defaultdict(set)
    for item in source.items:
        if item.only_for:
            rows = CircumstanceFact.objects.live().filter(person_id__in=people, kind__in=item.only_for)
            for person, kind, code in rows.values_list("person_id", "kind", "code"):
                if person is not None and code in item.only_for[kind]:
                    claims[person].add(item.kind)
    return {person: frozenset(kinds) for person, kinds in claims.items()}


def limited(source: Source) -> frozenset[str]:
    """The kinds of this source that are asked only about some."""
    return frozenset(item.kind for item in source.items if item.only_for)
