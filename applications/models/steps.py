"""Every step of a matter, the visit, the decision: added once, sealed, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.crypto.fields import EncryptedTextField
from accounts.models import Region, Sealed, User
from applications.models.cases import Matter, State
from eligibility.models import Assessment


class Action(models.TextChoices):
    """The steps of `workflow.STEPS`."""

    SUBMIT = "submit", "提交申请"
    ACCEPT = "accept", "受理"
    DECLINE = "decline", "不予受理"
    ASK_PAPERS = "ask_papers", "一次性告知补正"
    SUPPLEMENT = "supplement", "补正材料"
    VISIT = "visit", "入户调查"
    SECOND_VISIT = "second_visit", "第二人确认调查"
    OPINE = "opine", "审核同意"
    OPPOSE = "oppose", "审核不同意"
    RETURN_TO_VISIT = "return_to_visit", "退回重新调查"
    POST = "post", "张贴公示"
    OBJECT = "object", "收到异议"
    ANSWER = "answer", "答复异议"
    RESURVEY = "resurvey", "异议成立重新调查"
    END_NOTICE = "end_notice", "公示期满"
    CONFIRM = "confirm", "确认"
    REFUSE = "refuse", "不予确认"
    SEND_BACK = "send_back", "退回重新审核"
    WITHDRAW = "withdraw", "撤回申请"


class Transition(Sealed):
    """A step taken: by whom, on which day of business, at which moment."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="transitions")
    seq = models.SmallIntegerField("序号")
    action = models.CharField("步骤", max_length=16, choices=Action.choices)
    source = models.CharField("自", max_length=12, choices=State.choices, blank=True)
    target = models.CharField("至", max_length=12, choices=State.choices)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField("岗位", max_length=12, blank=True)
    on = models.DateField("办理日期")
    at = models.DateTimeField("时间")
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["matter_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="transition_one_step_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class HomeVisit(Sealed):
    """What was seen at the home (57号 art. 16): by two people, the second by a login of their own."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="visits")
    round = models.SmallIntegerField("第几次")
    visited_on = models.DateField("入户日期")
    first = models.ForeignKey(User, models.PROTECT, related_name="+")
    second = models.ForeignKey(User, models.PROTECT, related_name="+")
    met = models.CharField("在场家庭成员", max_length=50)
    findings = EncryptedTextField("调查情况", domain="health_text")
    is_consistent = models.BooleanField("与申报一致")
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["matter_id", "round"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "round"], name="visit_one_a_round"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="visit_by_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.visited_on}"


class Supplement(models.Model):
    """What was missing and is asked for once (一次性告知; 57号 art. 10)."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="supplement")
    missing = models.CharField("缺少材料", max_length=300)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.asked_on}"


class Decision(Sealed):
    """What was decided, on which assessment, in whose name."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "确认"
        REFUSED = "refused", "不予确认"

    matter = models.OneToOneField(Matter, models.PROTECT, related_name="decision")
    outcome = models.CharField("结果", max_length=9, choices=Outcome.choices)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField("金额", null=True)
    people = models.SmallIntegerField("保障人数")
    first_month = models.DateField("起始月", null=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_on = models.DateField("决定日期")
    decided_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="confirmed") | ~Q(reason=""), name="decision_refusal_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class ConfirmingBody(Sealed):
    """Who confirms here from a day on: the county, or the township it delegates to (社会救助法 art. 44)."""

    class Body(models.TextChoices):
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡镇"

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    programme = models.CharField("项目", max_length=20, blank=True)
    body = models.CharField("确认机关", max_length=8, choices=Body.choices)
    effective_from = models.DateField("起始日期")
    document_number = models.CharField("文号", max_length=60)

    class Meta:
        default_permissions = ()
        ordering = ["effective_from", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "programme", "effective_from"], name="confirming_body_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.effective_from}"
