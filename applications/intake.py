"""Submit: a filled-in application becomes a household with its facts, one receipt and a matter, once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts import access, clock, idempotency
from accounts.errors import Invalid, WrongState
from accounts.models import Region, User
from accounts.models.audit import plain
from accounts.roles import Level, Permission
from applications import workflow
from applications.models import Application, Matter, State
from applications.submission import MemberEntry, ObligorEntry, Submission
from eligibility.programmes import Programme
from households import consents, registry
from households.facts import Pen
from households.identity import ADULT, age_on
from households.models import Consent, Household, Membership, Obligation, Person
from households.models.facts import Source
from payments import accounts as payee_accounts

# What can be asked for at the window today; the other programmes follow with their own evidence.
ACCEPTED = (Programme.DIBAO, Programme.EDGE, Programme.DIBAO_SINGLE, Programme.TEKUN, Programme.TEMPORARY)


def submit(filled: Submission, *, key: UUID, actor: User) -> Application:
    """Take the application in: exactly one for a key, however often and from wherever it is sent.

    Raises NotHere or Forbidden by region, Invalid by field, Conflict where the key came with another body,
    WrongState where somebody lives in another household or the same matter is open.
    """
    region = access.find(Region.objects.filter(level=Level.VILLAGE), code=filled.region_code)
    access.require(actor, Permission.ENTER_CASE, region.code)
    _check(filled)
    reply, _ = idempotency.once(
        actor, "applications.submit", key, body_of(filled), lambda: _submit(filled, key, actor, region)
    )
    return Application.objects.get(receipt_number=reply)


def body_of(filled: Submission) -> dict[str, object]:
    """The submission as canonical JSON takes it, for comparing two sendings of one key."""

    def flat(value: object) -> object:
        if isinstance(value, dict):
            return {key: flat(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [flat(inner) for inner in value]
        return plain(value)

    return {key: flat(value) for key, value in asdict(filled).items()}


def _check(filled: Submission) -> None:
    errors: dict[str, str] = {}
    if filled.programme not in {p.value for p in ACCEPTED}:
        errors["programme"] = "选择本窗口受理的事项"
    if not filled.members:
        errors["members"] = "填写申请人"
    if filled.received_on > clock.today():
        errors["received_on"] = f"受理日期填 {clock.today()} 或更早"
    numbers = [m.entry.id_number for m in filled.members if m.entry.id_number]
    numbers += [o.entry.id_number for o in filled.obligors if o.entry.id_number]
    if len(numbers) != len(set(numbers)):
        errors["members"] = "同一证件号码填了两次，删去一行"
    if errors:
        raise Invalid(errors)


def _submit(filled: Submission, key: UUID, actor: User, region: Region) -> str:
    _wait_turn(filled)
    members = _members(filled, region, actor)
    household = _household(filled, members, region)
    obligors = _obligors(household, filled, region, actor)
    _write_facts(household, filled, members, obligors, actor)
    _consents(household, filled, members, obligors, actor)
    if filled.account:
        payee_accounts.open_account(
            _payee(filled, members),
            kind=filled.account.kind,
            bank=filled.account.bank,
            number=filled.account.number,
            holder_name=filled.account.holder_name,
            holder_reason=filled.account.holder_reason,
            on=filled.received_on,
            actor=actor,
        )
    application = _application(filled, key, actor, region, household, members[0])
    _matter(filled, application, actor, members)
    return application.receipt_number


def _wait_turn(filled: Submission) -> None:
    """Consents of a household on file wait for each other: before the first audit entry, whose lock comes last."""
    head = filled.members[0].entry.id_number
    known = registry.by_number(head) if head else None
    household = registry.household_of(known) if known else None
    if household is not None:
        consents.wait_turn(household.pk)


def _members(filled: Submission, region: Region, actor: User) -> list[Person]:
    """Everybody of the form as a person on file; a child without papers is the same child the second time."""
    head, *others = filled.members
    first = registry.register(head.entry, region, by=actor, on=filled.received_on)
    return [
        first,
        *(
            registry.same_without_number(one.entry, first)
            or registry.register(one.entry, region, by=actor, on=filled.received_on)
            for one in others
        ),
    ]


def _payee(filled: Submission, members: list[Person]) -> Person:
    """Dibao is paid to the head, once a household; a per-person programme to its recipient (policy 5.3)."""
    return members[filled.recipient if Programme(filled.programme).per_person else 0]


def _household(filled: Submission, members: list[Person], region: Region) -> Household:
    """The household these people already form, or a new one they join today."""
    known = registry.household_of(members[0])
    if known is None:
        known = registry.form(region, filled.area, filled.address)
    elif known.region_id != region.code:
        raise WrongState(f"{members[0].name}已登记在另一村的一户，先办迁出再登记")
    live = {m.person_id: m for m in Membership.objects.live().filter(household=known).select_related("person")}
    left_out = [m.person.name for key, m in live.items() if key not in {person.pk for person in members}]
    if left_out:
        # Nobody leaves a household by being left out of a form: the sum and the people covered would change unseen.
        raise WrongState(f"{'、'.join(left_out)}登记在这一户，补上这一行再提交")
    for position, (person, member) in enumerate(zip(members, filled.members, strict=True), start=1):
        if person.pk not in live:
            registry.join(known, person, member.known.relation, position, on=filled.received_on)
    return known


def _obligors(household: Household, filled: Submission, region: Region, actor: User) -> list[Person]:
    people = [registry.register(one.entry, region, by=actor, on=filled.received_on) for one in filled.obligors]
    for person, obligor in zip(people, filled.obligors, strict=True):
        Obligation.objects.get_or_create(
            household=household,
            obligor=person,
            ends_on=None,
            defaults={"relation": obligor.known.relation, "starts_on": filled.received_on},
        )
    return people


def _write_facts(
    household: Household, filled: Submission, members: list[Person], obligors: list[Person], actor: User
) -> None:
    pen = Pen(household, source=Source.DECLARED, on=filled.received_on, by=actor)
    for person, member in zip(members, filled.members, strict=True):
        pen.person(person, member.known)
    for person, obligor in zip(obligors, filled.obligors, strict=True):
        pen.obligor(person, obligor.known)
    pen.assets(filled.assets)


def _consents(
    household: Household, filled: Submission, members: list[Person], obligors: list[Person], actor: User
) -> None:
    """A new authorisation per person who signed; for children the applicant signs (社会救助法 art. 40, 41).

    A form that comes in late does not take the place of a paper signed since.
    """
    on = filled.received_on
    entries: list[tuple[Person, MemberEntry | ObligorEntry]] = [
        *zip(members, filled.members, strict=True),
        *zip(obligors, filled.obligors, strict=True),
    ]
    newer = Consent.objects.filter(household=household, given_on__gt=on).values_list("person_id", flat=True)
    signed_later, applicant = set(newer), members[0]
    may_sign = filled.members[0].consents and not _is_child(applicant, on)
    for person, entry in entries:
        is_signed_for = may_sign and person in members and _is_child(person, on)
        if (entry.consents or is_signed_for) and person.pk not in signed_later:
            signer = applicant if is_signed_for else person
            consents.give(household, person, signed_by=signer.name, given_on=on, actor=actor, on=clock.today())


def _is_child(person: Person, on: date) -> bool:
    return person.birth_date is not None and age_on(min(person.birth_date, on), on) < ADULT


def _application(
    filled: Submission, key: UUID, actor: User, region: Region, household: Household, applicant: Person
) -> Application:
    application = Application(
        receipt_number=_receipt_number(region.code[:9], filled.received_on),
        submission_key=key,
        region=region,
        household=household,
        applicant=applicant,
        channel=filled.channel,
        agent_name=filled.agent_name,
        hardship=filled.hardship,
        submitted_on=filled.received_on,
        submitted_at=clock.now(),
        submitted_by=actor,
    )
    application.save(force_insert=True)
    return application


def _receipt_number(township: str, on: date) -> str:
    """`371522101-2026-000123`: the township, the year, and a number without gaps, counted under one lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"receipt {township} {on.year}"])
    head = f"{township}-{on.year}-"
    last = Application.objects.filter(receipt_number__startswith=head).order_by("-receipt_number").first()
    return f"{head}{int(last.receipt_number[len(head) :]) + 1 if last else 1:06d}"


def _matter(filled: Submission, application: Application, actor: User, members: list[Person]) -> Matter:
    programme = Programme(filled.programme)
    matter = Matter(
        application=application,
        number=application.receipt_number,
        household=application.household,
        person=members[filled.recipient] if programme.per_person else None,
        region=application.region,
        county_code=application.region_id[:6],
        programme=programme.value,
        area=filled.area,
        need_kind=filled.need_kind,
        need_multiple=filled.need_multiple,
        state=State.SUBMITTED,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError as twice:
        open_one = Matter.objects.open().filter(household=application.household, programme=programme.value).first()
        number = open_one.number if open_one else ""
        raise WrongState(f"这一户的{programme.label}正在办理，受理编号 {number}") from twice
    workflow.begin(matter, actor=actor, on=filled.received_on)
    return matter
