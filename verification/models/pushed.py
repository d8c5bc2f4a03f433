"""Lists departments send of people in need who asked for nothing, and each person of them: to be visited once."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.crypto.fields import EncryptedTextField, IndexField
from accounts.ids import uuid7
from accounts.models import Region, Sealed, StoredDocument, User
from accounts.roles import Permission


class PushedListQuerySet(models.QuerySet["PushedList"]):
    def visible_to(self, user: User | AnonymousUser) -> PushedListQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))


class PushedList(Sealed):
    """One file a department sent a county, on its own legal basis: its bytes, and what became of its rows."""

    class Kind(models.TextChoices):
        DISABILITY = "disability", "新领残疾证"
        ILLNESS = "illness", "高额医疗费用"
        DROPOUT = "dropout", "失学辍学"
        OTHER = "other", "其他困难情形"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=24)
    kind = models.CharField("情形", max_length=10, choices=Kind.choices)
    legal_basis = models.CharField("推送依据", max_length=200)
    name = models.CharField("文件名", max_length=200)
    document = models.ForeignKey(StoredDocument, models.PROTECT, related_name="+")
    rows = models.IntegerField("行数")
    taken = models.IntegerField("收下")
    set_aside = models.IntegerField("搁置")
    received_on = models.DateField("收到日期")
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    objects = PushedListQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-received_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "document"], name="pushed_list_same_bytes_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, set_aside__gte=0, rows=models.F("taken") + models.F("set_aside")),
                name="pushed_list_counts_its_rows",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PushedPersonQuerySet(models.QuerySet["PushedPerson"]):
    def visible_to(self, user: User | AnonymousUser) -> PushedPersonQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))

    def to_visit(self) -> PushedPersonQuerySet:
        """Whom nobody has been to yet, each person once, the longest waiting first: where a lead begins."""
        return self.filter(state=PushedPerson.State.TO_VISIT).order_by("list__received_on", "id")


class PushedPerson(models.Model):
    """One row of a list. `same_as` is the row of an earlier list under which this person waits for the visit."""

    class State(models.TextChoices):
        TO_VISIT = "to_visit", "待走访"
        VISITED = "visited", "已走访"
        MERGED = "merged", "并入前一名单"
        ALREADY_KNOWN = "already_known", "已在救助或在办"
        SET_ASIDE = "set_aside", "搁置"

    class Outcome(models.TextChoices):
        APPLIES = "applies", "要申请，已告知怎样办"
        DECLINES = "declines", "本人不申请"
        NO_NEED = "no_need", "生活没有困难"
        AWAY = "away", "找不到人或已迁走"

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(PushedList, models.PROTECT, related_name="people")
    line = models.IntegerField("行号")
    county_code = models.CharField(max_length=6)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=50, blank=True)
    id_number = EncryptedTextField("证件号码", domain="id_number", null=True)
    id_index = IndexField(source="id_number", domain="id_number", null=True)
    birth_date = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=1, choices=[("M", "男"), ("F", "女"), ("", "未说明")], blank=True)
    phone = EncryptedTextField("联系电话", domain="phone", null=True)
    # What the list says of the need; for a row set aside the whole row as it stood.
    ground = EncryptedTextField("情况", domain="answer", null=True)
    state = models.CharField("状态", max_length=13, choices=State.choices)
    reason = models.CharField("搁置原因", max_length=100, blank=True)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="also_listed")
    outcome = models.CharField("走访结果", max_length=8, choices=Outcome.choices, blank=True)
    note = models.CharField("走访情况", max_length=200, blank=True)
    visited_on = models.DateField("走访日期", null=True)
    visited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    visited_at = models.DateTimeField(null=True)

    objects = PushedPersonQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["list_id", "line"]
        indexes = [models.Index(fields=["region", "state"], name="pushed_person_by_region")]
        constraints = [
            models.UniqueConstraint(fields=["list", "line"], name="pushed_person_one_a_line"),
            models.UniqueConstraint(
                fields=["county_code", "id_index"], condition=Q(state="to_visit"), name="pushed_person_visited_once"
            ),
            models.CheckConstraint(
                condition=Q(state="set_aside") | Q(id_index__isnull=False), name="pushed_person_has_a_number"
            ),
            models.CheckConstraint(
                condition=(Q(state="set_aside") & ~Q(reason="")) | (~Q(state="set_aside") & Q(reason="")),
                name="pushed_person_set_aside_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", same_as__isnull=False) | (~Q(state="merged") & Q(same_as=None)),
                name="pushed_person_merged_names_the_other",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="visited", visited_on__isnull=False, visited_by__isnull=False, visited_at__isnull=False)
                    & ~Q(outcome="")
                )
                | (~Q(state="visited") & Q(visited_on=None, visited_by=None, visited_at=None, outcome="")),
                name="pushed_person_visit_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.state}"
