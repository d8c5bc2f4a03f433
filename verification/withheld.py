"""What of a file is not kept as an answer though it stands there: others' ID numbers, and what was not to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.crypto import keys
from verification import claimed
from verification.models import Enquiry, Request
from verification.sources.base import Said, Source, Value
from verification.sources.registry import kinds


def without(said: Sequence[Said], source: Source, request: Request, places: Mapping[str, int]) -> list[Said]:
    """The rows as they may be kept. `places`: by ID number the place among the request's enquiries."""
    return _only_what_was_asked(_veiled(said, source), source, request, places)


def _veiled(said: Sequence[Said], source: Source) -> Sequence[Said]:
    """ID numbers of others, a spouse's or a child's, become their keyed index before anything keeps them."""
    found = {
        item.kind: {one.name for one in kinds()[item.kind].fields if one.type == "id_number"} for item in source.items
    }
    numbers = {kind: names for kind, names in found.items() if names}
    return [_without_numbers(row, numbers) if row.values else row for row in said] if numbers else said


def _without_numbers(row: Said, numbers: Mapping[str, set[str]]) -> Said:
    values = dict(row.values)
    for kind, names in numbers.items():
        if isinstance(entries := values.get(kind), list):
            values[kind] = [
                {name: _keyed(one) if name in names else one for name, one in entry.items()} for entry in entries
            ]
    return row._replace(values=values)


def _keyed(number: Value) -> str:
    return keys.index(str(number), "id_number").hex()


def _only_what_was_asked(
    said: Sequence[Said], source: Source, request: Request, places: Mapping[str, int]
) -> list[Said]:
    """The rows without what may be asked only about others: it is not kept, but for the file as it came."""
    limited = claimed.limited(source)
    concerned = {places[row.id_number] for row in said if limited & row.values.keys() and row.id_number in places}
    if not concerned:
        return list(said)
    enquiries = Enquiry.objects.filter(on=request.run.on, id__in=[request.first_enquiry + one for one in concerned])
    people = dict(enquiries.values_list("id", "person"))
    allowed = claimed.kinds_of(source, list(people.values()))
    none: frozenset[str] = frozenset()
    of_place = {enquiry - request.first_enquiry: allowed.get(person, none) for enquiry, person in people.items()}
    return [
        _narrowed(row, limited - of_place.get(places.get(row.id_number, -1), none))
        if limited & row.values.keys()
        else row
        for row in said
    ]


def _narrowed(row: Said, names: frozenset[str]) -> Said:
    kept = {kind: value for kind, value in row.values.items() if kind not in names}
    return row._replace(values=kept, is_found=bool(kept) and row.is_found)
