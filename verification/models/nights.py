"""A run and whom it asks about; its requests, and one enquiry and at most one answer a person and source."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.access import reach
from accounts.ids import uuid7
from accounts.models import Job, Region, StoredDocument, User
from accounts.roles import Permission
from households.models import Consent, Household, Person


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User | AnonymousUser) -> RunQuerySet:
        return self.filter(reach(user, Permission.VIEW_CASE))

    def open(self) -> RunQuerySet:
        return self.filter(state=Run.State.RUNNING)


class Run(models.Model):
    """One county's night, or one household asked about again by an officer."""

    class Kind(models.TextChoices):
        NIGHT = "night", "每夜核对"
        SPOT = "spot", "单户复核"

    class State(models.TextChoices):
        RUNNING = "running", "核对中"
        COMPLETE = "complete", "全部完成"
        PARTLY = "partly", "部分完成"

    id = models.UUIDField(primary_key=True, default=uuid7)
    county_code = models.CharField(max_length=6)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    on = models.DateField("业务日期")
    kind = models.CharField("种类", max_length=5, choices=Kind.choices)
    # The household asked about again, and the client-made key of that click; a night has neither.
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.RUNNING)
    people = models.IntegerField("人数", default=0)
    unasked = models.IntegerField("未授权", default=0)
    enquiries = models.IntegerField("查询数", default=0)
    closings = models.SmallIntegerField(default=0)
    planned_at = models.DateTimeField()
    promised_at = models.DateTimeField("承诺完成")
    closed_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-on", "-planned_at"]
        indexes = [models.Index(fields=["region", "on"], name="run_by_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["county_code", "on"], condition=Q(kind="night"), name="run_one_night_a_county_and_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="night", household=None, key=None)
                | Q(kind="spot", household__isnull=False, key__isnull=False, requested_by__isnull=False),
                name="run_spot_names_its_household_and_officer",
            ),
            models.CheckConstraint(
                condition=Q(state="running", closed_at=None) | (~Q(state="running") & Q(closed_at__isnull=False)),
                name="run_closed_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county_code} {self.on} {self.kind}"


class Subject(models.Model):
    """Somebody a run has to do with, for one household: why, for which case, with which consent, or why without."""

    class Role(models.TextChoices):
        MEMBER = "member", "家庭成员"
        OBLIGOR = "obligor", "赡养抚养义务人"

    class Purpose(models.TextChoices):
        APPLIES = "applies", "申请审核"
        RECEIVES = "receives", "在享复核"

    class Unasked(models.TextChoices):
        NO_CONSENT = "no_consent", "没有授权"
        LAPSED = "lapsed", "授权已失效"
        NO_NUMBER = "no_number", "没有证件号码"

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="subjects")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    role = models.CharField("身份", max_length=7, choices=Role.choices)
    purpose = models.CharField("目的", max_length=8, choices=Purpose.choices)
    case_number = models.CharField("受理编号", max_length=30)
    programme = models.CharField("项目", max_length=20)
    since = models.DateField("案件起始")
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    unasked = models.CharField("未查询原因", max_length=10, choices=Unasked.choices, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["household", "run"], name="subject_by_household")]
        constraints = [
            models.UniqueConstraint(fields=["run", "person", "household"], name="subject_once_a_run_and_household"),
            models.CheckConstraint(
                condition=Q(consent__isnull=False, unasked="") | (Q(consent=None) & ~Q(unasked="")),
                name="subject_has_consent_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.purpose}"


class Request(models.Model):
    """One source asked about some people of a run, in one file or call. Its state is the only one that moves."""

    class State(models.TextChoices):
        PLANNED = "planned", "待查询"
        SENT = "sent", "已发出"
        PART = "part", "部分答复"
        ANSWERED = "answered", "已答复"
        UNANSWERED = "unanswered", "未答复"

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="requests")
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    county_code = models.CharField(max_length=6)
    source = models.CharField("来源", max_length=24)
    number = models.IntegerField("序号")
    # `21-20261125-371522-000003` on files and in calls: source, day, county, and a serial the source never sees twice.
    reference = models.CharField("请求编号", max_length=60, unique=True)
    legal_basis = models.CharField("依据", max_length=200)
    people = models.IntegerField("人数")
    # Its enquiries are this one and the next, one a person; a person's place among them is the line in the file.
    first_enquiry = models.BigIntegerField(unique=True)
    # Whom the question named, sealed (`verification.roll`); kept until everybody is answered.
    roll = models.BinaryField(null=True)
    # The enquiries left out when the question went, for want of a consent by then; their number beside them.
    spared = models.JSONField(default=list)
    left_out = models.IntegerField("发出前失去授权", default=0)
    answered = models.IntegerField("已答复", default=0)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    tries = models.SmallIntegerField(default=0)
    error = models.CharField("原因", max_length=200, blank=True)
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="+")
    receipt = models.CharField("回执", max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["run_id", "source", "number"]
        indexes = [models.Index(fields=["source", "state"], name="request_by_source")]
        constraints = [
            models.UniqueConstraint(fields=["run", "source", "number"], name="request_one_a_number"),
            models.CheckConstraint(
                condition=Q(answered__gte=0, answered__lte=models.F("people") - models.F("left_out")),
                name="request_answers_fit_its_people",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def stretch(self) -> tuple[int, int]:
        """The first and the last of its enquiries."""
        return self.first_enquiry, self.first_enquiry + self.people - 1


class Enquiry(models.Model):
    """That a person is asked about at a source in a run. Added once; the table is partitioned by month of `on`."""

    pk = models.CompositePrimaryKey("id", "on")
    id = models.BigIntegerField()
    on = models.DateField()
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    request = models.ForeignKey(Request, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source = models.CharField(max_length=24)

    class Meta:
        default_permissions = ()
        managed = False
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} {self.id}"


class Outcome(models.TextChoices):
    FOUND = "found", "有记录"
    NOT_FOUND = "not_found", "无记录"


class Record(models.Model):
    """What a source has of one person, in which line of which file. Of whom it has nothing: `verification.silence`.

    Added once; partitioned by month of `on`. `not_found` stands only in what was taken before silence had a table.
    """

    pk = models.CompositePrimaryKey("enquiry_id", "on")
    enquiry_id = models.BigIntegerField()
    on = models.DateField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    values = models.JSONField()
    exchange = models.ForeignKey("verification.Exchange", models.DO_NOTHING, db_constraint=False, db_index=False)
    line = models.IntegerField()

    class Meta:
        default_permissions = ()
        managed = False
        ordering = ["enquiry_id"]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.outcome}"


class Silence(models.Model):
    """Of whom a file says that there is no record: "1" for each such place of its request (`verification.silence`)."""

    exchange = models.OneToOneField(
        "verification.Exchange", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    places = models.TextField()

    class Meta:
        default_permissions = ()
        managed = False

    def __str__(self) -> str:
        return str(self.exchange_id)


class Answer(models.Model):
    """What a source said to one enquiry: found, with the values, or not found (line 0). No row is no answer.

    Only read: a view over the records and the silence of the files taken.
    """

    Outcome = Outcome

    pk = models.CompositePrimaryKey("enquiry_id", "on")
    enquiry_id = models.BigIntegerField()
    on = models.DateField()
    request = models.ForeignKey(Request, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source = models.CharField(max_length=24)
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    values = models.JSONField()
    exchange = models.ForeignKey(
        "verification.Exchange", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    line = models.IntegerField()
    received_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        managed = False
        ordering = ["enquiry_id"]

    def __str__(self) -> str:
        return f"{self.source} {self.outcome}"
