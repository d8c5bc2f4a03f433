"""Awards, the people they cover, the append-only ledger that changes them, and the holds that stop a payment."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField, IndexField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, User
from accounts.models.offices import DateRange
from accounts.roles import Permission
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households.models import Household, Person


class Slot(models.TextChoices):
    """What a covered person holds at most once a month, across all lists and counties (architecture, Money)."""

    FAMILY = "family", "家庭类"
    CHILD = "child", "儿童类"
    LIVING = "living", "残疾生活补贴"
    CARE = "care", "残疾护理补贴"


SLOTS: dict[Programme, tuple[Slot, ...]] = {
    Programme.DIBAO: (Slot.FAMILY,),
    Programme.DIBAO_SINGLE: (Slot.FAMILY,),
    Programme.TEKUN: (Slot.FAMILY, Slot.CHILD, Slot.LIVING, Slot.CARE),
    Programme.TEMPORARY: (),
    Programme.ORPHAN: (Slot.CHILD,),
    Programme.DE_FACTO_ORPHAN: (Slot.CHILD,),
    Programme.DISABILITY_LIVING: (Slot.LIVING,),
    Programme.DISABILITY_CARE: (Slot.CARE,),
}


class PayeeAccount(models.Model):
    """Where a household or person is paid (社会救助法 art. 45: to the household's account)."""

    class Kind(models.TextChoices):
        CARD = "card", "社保卡"
        PASSBOOK = "passbook", "存折"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts")
    kind = models.CharField("账户种类", max_length=8, choices=Kind.choices)
    bank = models.CharField("开户行", max_length=60)
    number = EncryptedTextField("账号", domain="account")
    number_index = IndexField(source="number", domain="account")
    holder_name = models.CharField("户名", max_length=50)
    holder_reason = models.CharField("户名不同原因", max_length=100, blank=True)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["opened_on", "id"]
        indexes = [models.Index(fields=["number_index"], name="account_by_number")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(closed_on=None), name="account_one_live_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User | AnonymousUser) -> AwardQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE) | reach(user, Permission.VIEW_LIST))

    def live(self, on: date) -> AwardQuerySet:
        """Those whose stop has not come, a suspended one too; of help given once until its month is over."""
        month = on.replace(day=1)
        stops = LedgerEntry.objects.filter(award=OuterRef("pk"), kind=LedgerEntry.Kind.STOP)
        over = stops.filter(from_month__lte=Greatest(OuterRef("first_month"), Value(month)))
        return self.filter(~Exists(over), Q(is_once=False) | Q(first_month__gte=month))


class Award(Sealed):
    """A confirmed decision to pay. What is paid in a month is the ledger's to say."""

    county_code = models.CharField(max_length=6)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, related_name="awards")
    payee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    programme = models.CharField("项目", max_length=20, choices=Programme.choices())
    decision_id = models.UUIDField(unique=True)
    case_number = models.CharField("受理编号", max_length=30)
    area = models.CharField("城乡", max_length=5)
    standard_fen = models.BigIntegerField("标准", null=True)
    people = models.SmallIntegerField("保障人数")
    is_once = models.BooleanField("一次性")
    first_month = models.DateField("起始月")
    awarded_on = models.DateField("确认日期")

    objects: ClassVar[AwardQuerySet] = AwardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        ordering = ["awarded_on", "id"]
        indexes = [models.Index(fields=["county_code", "first_month"], name="award_by_county")]
        constraints = [
            models.CheckConstraint(condition=Q(first_month__day=1), name="award_starts_with_a_month"),
            models.CheckConstraint(
                condition=Q(first_month__gt=F("awarded_on")), name="award_starts_after_confirmation"
            ),
        ]

    def __str__(self) -> str:
        return self.case_number


class AwardCover(models.Model):
    """A person an award covers and the slot it takes: nobody stands in two live awards of one slot."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    award = models.ForeignKey(Award, models.PROTECT, related_name="covers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="covers")
    slot = models.CharField(max_length=8, choices=Slot.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="cover_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="cover_one_award_a_slot",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("slot", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个人已在另一项救助中保障",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.starts_on}"


_ADDED_LATER = frozenset({"assessment_id", "standard_fen"})


class LedgerEntry(Sealed):
    """One change of what an award pays, from a month on. Added to, never edited."""

    class Kind(models.TextChoices):
        START = "start", "起发"
        CHANGE = "change", "调整"
        SUSPEND = "suspend", "暂停"
        RESUME = "resume", "恢复"
        STOP = "stop", "停发"
        BACK_PAY = "back_pay", "补发"
        RECOVER = "recover", "扣回"

    award = models.ForeignKey(Award, models.PROTECT, related_name="ledger")
    county_code = models.CharField(max_length=6)
    seq = models.IntegerField("序号")
    kind = models.CharField("事由", max_length=8, choices=Kind.choices)
    amount_fen = models.BigIntegerField("月额")
    from_month = models.DateField("自")
    reason = models.CharField("原因", max_length=200, blank=True)
    # What an adjustment stands on, and the standard the roster prints from then on; a start has both in its award.
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    standard_fen = models.BigIntegerField("标准", null=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        default_permissions = ()
        ordering = ["award_id", "seq"]
        # The build asks for the back-pay of every award: of most there is none.
        indexes = [models.Index(fields=["award"], condition=Q(kind="back_pay"), name="ledger_back_pay_by_award")]
        constraints = [
            models.UniqueConstraint(fields=["award", "seq"], name="ledger_one_entry_a_number"),
            models.UniqueConstraint(fields=["award"], condition=Q(kind="start"), name="ledger_starts_once"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="ledger_amount_is_not_negative"),
            models.CheckConstraint(condition=Q(from_month__day=1), name="ledger_counts_from_a_month"),
            models.CheckConstraint(
                condition=~Q(kind="back_pay") | Q(amount_fen__gt=0), name="ledger_back_pay_is_something"
            ),
            # One ground pays one month once, whoever asks again.
            models.UniqueConstraint(
                fields=["award", "kind", "from_month", "assessment"],
                condition=Q(assessment__isnull=False),
                name="ledger_one_entry_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_month}"

    def content(self) -> dict[str, str | int | bool | None]:
        """As every seal, without the empty ones of the columns added later: entries sealed before keep their hash."""
        content = super().content()
        return {name: value for name, value in content.items() if value is not None or name not in _ADDED_LATER}


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> HoldQuerySet:
        return self.filter(cleared_at__isnull=True)


class Hold(models.Model):
    """Nothing is paid for this person until somebody other than who set it clears it."""

    class Reason(models.TextChoices):
        DEATH = "death", "疑似死亡"
        DOUBTFUL = "doubtful", "情况存疑待核"
        MOVED = "moved", "户籍或住址变动"
        CUSTODY = "custody", "疑似服刑羁押"

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="holds")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    from_day = models.DateField("自")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True)
    cleared_note = models.CharField("解除说明", max_length=200, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["set_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "reason"], condition=Q(cleared_at=None), name="hold_one_open_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | ~Q(cleared_by=F("set_by")), name="hold_cleared_by_another"
            ),
            models.CheckConstraint(
                condition=Q(cleared_by=None, cleared_at=None) | Q(cleared_by__isnull=False, cleared_at__isnull=False),
                name="hold_clearing_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.from_day}"
