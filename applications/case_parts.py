"""The parts of a case's page: members, visits, notice, decision and money, the whole history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from applications import case_consents, decisions, verdicts
from applications.case_page import Case, Entry, entry_of
from applications.holidays import calendar
from applications.models import Action, Decision, HomeVisit, State
from applications.verdicts import Verdict
from applications.workdays import first_payment_month
from eligibility.assess import counted
from eligibility.models import Ruling, RulingTest
from eligibility.programmes import Programme
from households.consents import Standing
from households.identity import age_on
from households.masking import mask_account, mask_id
from households.means import Circumstances, Obligor
from households.models import Consent, Person
from households.models.people import IdKind, Relation
from payments.models import Award, Hold, LedgerEntry, PayeeAccount

WORDS = {
    "able": "有劳动能力", "partial": "部分劳动能力", "unable": "无劳动能力",
    "compulsory": "义务教育", "senior_high": "高中", "vocational": "中职", "junior_college": "大专",
    "undergraduate": "本科", "postgraduate": "研究生",
    "visual": "视力", "hearing": "听力", "speech": "言语", "physical": "肢体", "intellectual": "智力",
    "mental": "精神", "multiple": "多重",
    "prison": "服刑", "drug_isolation": "强制隔离戒毒", "missing": "失踪", "religious_3_years": "宗教场所居住三年以上",
    "no_capacity": "无民事行为能力", "dibao": "低保", "tekun": "特困", "edge": "低保边缘",
    "institution": "机构养育孤儿", "dispersed": "散居孤儿", "de_facto": "事实无人抚养",
}  # fmt: skip
"""How the codes of the `assess` contract read."""


@dataclass(frozen=True)
class Member:
    """One person of the household, or one who owes it support."""

    pk: UUID
    name: str
    relation: str
    document: str
    masked: str
    sex_age: str
    traits: str
    is_counted: bool
    consented_on: date | None
    unsigned: str
    is_citizen: bool


class Consented:
    """When the consent in force was signed; without one, what to say of it."""

    def __init__(self, standing: Standing, signed: dict[UUID, date]) -> None:
        self.on = signed[standing.consent_id] if standing.consent_id else None
        self.lapse = standing.lapse.label if standing.lapse else case_consents.NEVER


_SEX = {"M": "男", "F": "女"}


def members(case: Case) -> tuple[list[Member], list[Member]]:
    """Who lives together, and who owes them support, with whether the sum counts them and when they consented."""
    judged = case.judged
    standing = case_consents.standings(case, judged.people, judged.obligors)
    signed = dict(Consent.objects.filter(household=case.matter.household).values_list("pk", "given_on"))
    consents = {person: Consented(one, signed) for person, one in standing.items()}
    flags = counted(judged.line, judged.who)
    inside = [
        _member(person, known.relation, _traits(known), flag, consents, case.today)
        for person, known, flag in zip(judged.people, judged.means.people, flags, strict=True)
    ]
    outside = [
        _member(person, known.relation, _obligor_traits(known), False, consents, case.today)
        for person, known in zip(judged.obligors, judged.means.obligors, strict=True)
    ]
    return inside, outside


def _member(
    person: Person, relation: str, traits: str, is_counted: bool, consents: dict[UUID, Consented], today: date
) -> Member:
    age = f"{age_on(person.birth_date, today)} 岁" if person.birth_date else "年龄不详"
    return Member(
        pk=person.pk,
        name=person.name,
        relation=Relation(relation).label if relation in Relation.values else relation,
        document=IdKind(person.id_kind).label,
        masked=mask_id(person.id_number) or "--",
        sex_age=f"{_SEX.get(person.sex, '')} {age}".strip(),
        traits=traits or "--",
        is_counted=is_counted,
        consented_on=consents[person.pk].on,
        unsigned=consents[person.pk].lapse,
        is_citizen=person.id_kind == IdKind.RESIDENT,
    )


def _traits(known: Circumstances) -> str:
    found = [WORDS.get(code, code) for code in (known.work, known.student, known.absence, known.orphan) if code]
    if known.disability:
        found.append(f"{WORDS[known.disability.kind]}残疾 {known.disability.grade} 级")
    if known.major_illness:
        found.append("重特大疾病")
    if known.self_care_failed is not None:
        found.append(f"自理 {known.self_care_failed} 项未达到")
    if not known.lives_here:
        found.append("不在家居住")
    return "，".join(found)


def _obligor_traits(known: Obligor) -> str:
    found = [WORDS.get(code, code) for code in (known.receives, known.status) if code]
    if known.disability:
        found.append(f"{WORDS[known.disability.kind]}残疾 {known.disability.grade} 级")
    if known.monthly_income_fen is None:
        found.append("收入不详")
    return "，".join(found)


def visits(case: Case) -> list[HomeVisit]:
    """The home visits, newest first."""
    return list(case.matter.visits.select_related("first", "second").order_by("-round"))


@dataclass(frozen=True)
class Notice:
    """The last notice of this matter: its days by the calendar."""

    posted_on: date
    ends_on: date
    opens_on: date
    is_over: bool
    events: tuple[Entry, ...]


_NOTICE_STEPS = (Action.POST, Action.OBJECT, Action.ANSWER, Action.RESURVEY, Action.END_NOTICE)


def notice(case: Case) -> Notice | None:
    """None where nothing has been posted."""
    steps = [one for one in case.taken if one.action in _NOTICE_STEPS]
    posted = next((one.on for one in reversed(steps) if one.action == Action.POST), None)
    if posted is None:
        return None
    events = tuple(entry_of(case.matter, one) for one in reversed(steps))
    is_over = case.matter.state not in (State.POSTED, State.DISPUTED)
    return Notice(posted, calendar().notice_end(posted), calendar().confirmation_opens(posted), is_over, events)


@dataclass(frozen=True)
class Payee:
    """To whom and where the money goes."""

    name: str
    account: str
    bank: str

    @property
    def has_account(self) -> bool:
        return bool(self.account)


def payee(case: Case) -> Payee:
    """The recipient's live account, masked; no account is said, not hidden."""
    person = case.matter.person or case.matter.application.applicant
    account = PayeeAccount.objects.filter(person=person, closed_on=None).first()
    if account is None:
        return Payee(person.name, "", "")
    kind = PayeeAccount.Kind(account.kind).label
    return Payee(person.name, f"{kind} {mask_account(account.number)}", account.bank)


def holds(case: Case) -> list[Hold]:
    """What stops a payment to anybody of the household, the open ones first."""
    rows = Hold.objects.filter(person__in=[person.pk for person in case.judged.people])
    return list(rows.select_related("person", "set_by", "cleared_by").order_by("cleared_at", "-set_at"))


def decision(case: Case) -> Decision | None:
    return Decision.objects.filter(matter=case.matter).select_related("decided_by").first()


def award(made: Decision) -> tuple[Award | None, list[LedgerEntry]]:
    """What a confirmation began to pay, and every change since, newest first."""
    found = Award.objects.filter(decision_id=made.pk).first()
    entries = LedgerEntry.objects.filter(award=found).select_related("actor").order_by("-seq") if found else ()
    return found, list(entries)


def history(case: Case) -> list[Entry]:
    """Steps, rulings and registrations in one line of time, newest first. Two queries."""
    matter = case.matter
    entries = [entry_of(matter, one) for one in case.taken]
    rulings = Ruling.objects.filter(household=matter.household).select_related("ruled_by", "person")
    entries += [ruling_entry(one) for one in rulings.order_by("ruled_at")]
    for row in matter.relatives.select_related("registered_by"):
        fact = f"近亲属备案：{row.name}（{row.relation}）"
        entries.append(Entry(row.registered_at, fact, row.registered_by.full_name))
    return sorted(entries, key=lambda one: one.at, reverse=True)


def ruling_entry(one: Ruling) -> Entry:
    """A ruling as the history tells it."""
    about = f"（{one.person.name}）" if one.person else ""
    lines = tuple(line for line in (one.reason, one.evidence and f"依据：{one.evidence}") if line)
    return Entry(
        one.ruled_at, f"认定{RulingTest(one.test).label}{about}：{answer_words(one)}", one.ruled_by.full_name, lines
    )


def answer_words(one: Ruling) -> str:
    return f"{one.answer} 项" if one.test == RulingTest.SELF_CARE_FAILED else "是" if one.answer else "否"


@dataclass(frozen=True)
class ToDecide:
    """What a confirmation would start, in front of whoever decides."""

    covered: tuple[str, ...]
    first_month: date | None
    amount_fen: int | None
    opens_on: date | None
    changed: str

    @property
    def is_early(self) -> bool:
        return self.opens_on is not None


def to_decide(case: Case, noticed: Verdict) -> ToDecide:
    """Whom it covers, from which month, how much; and what has changed since the notice."""
    covered = decisions.covered(case.matter, case.judged)
    now = verdicts.preview_of(case.matter, case.judged)
    changed = ""
    if noticed.is_eligible and not now.is_eligible:
        changed = f"现在已不符合：{now.reason}"
    elif noticed.amount_fen != now.amount_fen:
        changed = "标准或收入有变，现在算出的金额与公示的不同"
    made = notice(case)
    paid = Programme(case.matter.programme) not in decisions.UNPAID
    return ToDecide(
        covered=tuple(person.name for person in covered),
        first_month=first_payment_month(case.today) if paid else None,
        amount_fen=noticed.amount_fen,
        opens_on=made.opens_on if made and made.opens_on > case.today else None,
        changed=changed,
    )
