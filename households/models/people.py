"""Households, people, and the dated ties between them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField, IndexField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, User
from accounts.models.offices import DateRange
from accounts.roles import Permission


class Relation(models.TextChoices):
    """To the head of the household, in the order of the keys a clerk presses (GB/T 4761 groups)."""

    HEAD = "head", "本人"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    PARENT = "parent", "父母"
    GRANDCHILD = "grandchild", "孙子女"
    GRANDPARENT = "grandparent", "祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    OTHER = "other", "其他"


class IdKind(models.TextChoices):
    RESIDENT = "resident", "居民身份证"
    HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
    TAIWAN = "taiwan", "台湾居民来往大陆通行证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    FOREIGN_RESIDENT = "foreign_resident", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"
    NONE = "none", "暂无证件"


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User | AnonymousUser) -> PersonQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class Person(models.Model):
    """One human being, once. `region` is the village whose office keeps the file."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=50)
    name_key = models.CharField(max_length=100, db_index=True)
    initials = models.CharField(max_length=100, db_index=True)
    id_kind = models.CharField("证件种类", max_length=16, choices=IdKind.choices, default=IdKind.RESIDENT)
    id_number = EncryptedTextField("证件号码", domain="id_number", null=True)
    id_index = IndexField(source="id_number", domain="id_number", null=True)
    id_tail_index = IndexField(source="id_tail", domain="id_tail", null=True)
    id_shared_reason = models.CharField("重号原因", max_length=100, blank=True)
    birth_date = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=1, choices=[("M", "男"), ("F", "女"), ("", "未说明")], blank=True)
    phone = EncryptedTextField("手机号码", domain="phone", null=True)
    hukou_address = models.CharField("户籍地址", max_length=200, blank=True)
    home_address = models.CharField("居住地址", max_length=200, blank=True)
    died_on = models.DateField("死亡日期", null=True)
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["id_index"], condition=Q(id_shared_reason=""), name="person_one_file_an_id_number"
            ),
            models.CheckConstraint(
                condition=Q(id_kind="none", id_index=None) | (~Q(id_kind="none") & Q(id_index__isnull=False)),
                name="person_id_number_goes_with_its_kind",
            ),
        ]
        indexes = [models.Index(fields=["id_tail_index"], name="person_by_id_tail")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def id_tail(self) -> str | None:
        """The last four characters of the number, by which a clerk searches."""
        return self.id_number[-4:] if self.id_number else None


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: User | AnonymousUser) -> HouseholdQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class Household(models.Model):
    """People who live together (57号 art. 7). `area` decides which standard binds them."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    region = models.ForeignKey(Region, models.PROTECT, related_name="households")
    area = models.CharField("城乡", max_length=5, choices=[("urban", "城市"), ("rural", "农村")])
    address = models.CharField("住址", max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["region", "id"], name="household_by_region")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def county_code(self) -> str:
        return self.region_id[:6]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> MembershipQuerySet:
        return self.filter(left_on__isnull=True)


class Membership(models.Model):
    """A person's time in a household: one live household per person, by constraint."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    relation = models.CharField("与户主关系", max_length=12, choices=Relation.choices)
    position = models.SmallIntegerField("序号")
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("离开日期", null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["household_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="membership_leaves_after_joining",
            ),
            models.UniqueConstraint(
                fields=["household"], condition=Q(relation="head", left_on=None), name="household_has_one_live_head"
            ),
            ExclusionConstraint(
                name="person_lives_in_one_household",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DateRange("joined_on", "left_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个人已在另一户共同生活",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.joined_on}"


class Obligation(models.Model):
    """Somebody outside the household who owes its people support (民法典 1067, 1074, 1075)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.ForeignKey(Household, models.PROTECT, related_name="obligations")
    obligor = models.ForeignKey(Person, models.PROTECT, related_name="obligations")
    relation = models.CharField("与户主关系", max_length=12, choices=Relation.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["household_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "obligor"], condition=Q(ends_on=None), name="obligor_once_a_household"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.starts_on}"


class Consent(Sealed):
    """A person's authorisation to be checked (社会救助法 art. 40, 41); obligors give their own."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    signed_by = models.CharField("签字人", max_length=50)
    given_on = models.DateField("签字日期")
    # The paper's own term; without one it holds while the assistance lasts.
    valid_until = models.DateField("有效期至", null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["given_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("given_on")),
                name="consent_ends_after_it_is_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_on}"

    def content(self) -> dict[str, str | int | bool | None]:
        """As every seal, without an empty term: consents sealed before there was one keep their hash."""
        content = super().content()
        return {name: value for name, value in content.items() if value is not None or name != "valid_until"}


class ConsentEnd(Sealed):
    """That a consent holds no longer, from that day on (社会救助法 art. 40: who consents may withdraw)."""

    class Reason(models.TextChoices):
        WITHDRAWN = "withdrawn", "本人撤回"
        REPLACED = "replaced", "重新签订"
        MISTAKEN = "mistaken", "登记有误"

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="end")
    reason = models.CharField("原因", max_length=9, choices=Reason.choices)
    ended_on = models.DateField("失效日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["ended_on", "id"]

    def __str__(self) -> str:
        return f"{self.reason} {self.ended_on}"
