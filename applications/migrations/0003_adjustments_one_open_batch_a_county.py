"""Adjustments: one open batch a county, its rows only while it is prepared, its confirmer another, nothing lowered."""

import accounts.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARD = """
-- A batch goes forward only; who prepared and who confirmed it stands, and so does what was prepared.
CREATE FUNCTION aid_adjustment_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'preparing' OR NEW.confirmed_by_id IS NOT NULL OR NEW.prepared_at IS NOT NULL THEN
      RAISE EXCEPTION 'an adjustment begins as preparing' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('preparing', 'prepared'), ('preparing', 'replaced'),
      ('prepared', 'replaced'), ('prepared', 'confirmed'), ('confirmed', 'done')) THEN
    RAISE EXCEPTION 'an adjustment does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.state <> 'preparing' AND
     (OLD.hash, OLD.prepared_at, OLD.increases_count, OLD.unchanged_count, OLD.look_count, OLD.monthly_fen,
      OLD.back_pay_fen)
     IS DISTINCT FROM (NEW.hash, NEW.prepared_at, NEW.increases_count, NEW.unchanged_count, NEW.look_count,
      NEW.monthly_fen, NEW.back_pay_fen) THEN
    RAISE EXCEPTION 'a prepared adjustment stands' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.confirmed_by_id IS NOT NULL AND
     (OLD.confirmed_by_id, OLD.confirmed_at) IS DISTINCT FROM (NEW.confirmed_by_id, NEW.confirmed_at) THEN
    RAISE EXCEPTION 'who confirmed an adjustment stands' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_adjustment_moves BEFORE INSERT OR UPDATE ON applications_adjustmentbatch
  FOR EACH ROW EXECUTE FUNCTION aid_adjustment_moves();

-- Rows and steps enter while the batch is prepared. The batch is locked, so that nobody closes it in between.
CREATE FUNCTION aid_adjustment_is_open() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE batch uuid := CASE TG_TABLE_NAME WHEN 'applications_adjustmentrow' THEN (to_jsonb(NEW) ->> 'batch_id')::uuid
  ELSE (SELECT batch_id FROM applications_adjustmentrow WHERE id = (to_jsonb(NEW) ->> 'row_id')::uuid) END;
BEGIN
  PERFORM 1 FROM applications_adjustmentbatch WHERE id = batch AND state = 'preparing' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the adjustment is prepared: nothing enters it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_adjustment_is_open BEFORE INSERT ON applications_adjustmentrow
  FOR EACH ROW EXECUTE FUNCTION aid_adjustment_is_open();
CREATE TRIGGER aid_adjustment_is_open BEFORE INSERT ON applications_adjustmentstep
  FOR EACH ROW EXECUTE FUNCTION aid_adjustment_is_open();

-- A row is settled once, while its batch is carried out; a step by an entry of its award, month, kind and amount.
CREATE FUNCTION aid_adjustment_settles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state <> 'waiting' THEN
    RAISE EXCEPTION 'a settled adjustment stands' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM applications_adjustmentbatch WHERE id = NEW.batch_id AND state = 'confirmed') THEN
    RAISE EXCEPTION 'an adjustment is applied once it is confirmed' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'done' AND EXISTS (
      SELECT 1 FROM applications_adjustmentstep WHERE row_id = NEW.id AND entry_id IS NULL) THEN
    RAISE EXCEPTION 'an adjustment is done by its entries' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_adjustment_settles BEFORE UPDATE ON applications_adjustmentrow
  FOR EACH ROW EXECUTE FUNCTION aid_adjustment_settles();

CREATE FUNCTION aid_adjustment_enters() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.entry_id IS NOT NULL THEN
    RAISE EXCEPTION 'an applied step stands' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.entry_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM payments_ledgerentry e JOIN applications_adjustmentrow r ON r.id = NEW.row_id
      WHERE e.id = NEW.entry_id AND e.award_id = r.award_id AND e.kind = NEW.kind AND e.from_month = NEW.month
        AND e.amount_fen = CASE NEW.kind WHEN 'change' THEN NEW.after_fen ELSE NEW.after_fen - NEW.before_fen END) THEN
    RAISE EXCEPTION 'a step is applied by its own entry' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_adjustment_enters BEFORE UPDATE ON applications_adjustmentstep
  FOR EACH ROW EXECUTE FUNCTION aid_adjustment_enters();

SELECT aid_only_updates('applications_adjustmentbatch', 'state, job_id, prepared_at, increases_count, unchanged_count,
  look_count, monthly_fen, back_pay_fen, hash, confirmed_by_id, confirmed_at, closed_at, done_count, audit_entry_id');
SELECT aid_only_updates('applications_adjustmentrow', 'state, note, assessment_id, applied_at');
SELECT aid_only_updates('applications_adjustmentstep', 'entry_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_chain_and_guards"),
        ("applications", "0002_guards"),
        ("eligibility", "0004_drafts_decided_by_another"),
        ("payments", "0003_back_pay_is_paid_once_by_its_entry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdjustmentBatch",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("county_code", models.CharField(max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "准备中"),
                            ("prepared", "待确认"),
                            ("confirmed", "办理中"),
                            ("done", "已办结"),
                            ("replaced", "已被新批次替代"),
                        ],
                        default="preparing",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="测算日")),
                ("started_at", models.DateTimeField()),
                ("prepared_at", models.DateTimeField(null=True)),
                ("increases_count", models.IntegerField(default=0, verbose_name="增加")),
                ("unchanged_count", models.IntegerField(default=0, verbose_name="不变")),
                ("look_count", models.IntegerField(default=0, verbose_name="待人工处理")),
                ("monthly_fen", models.BigIntegerField(default=0, verbose_name="每月增加")),
                ("back_pay_fen", models.BigIntegerField(default=0, verbose_name="补发合计")),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("done_count", models.IntegerField(default=0, verbose_name="已办")),
                (
                    "audit_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.auditentry",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.job"
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.region"
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AdjustmentRow",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "programme",
                    models.CharField(
                        choices=[
                            ("dibao", "最低生活保障"),
                            ("dibao_single", "单人保"),
                            ("tekun", "特困人员救助供养"),
                            ("temporary", "临时救助"),
                            ("edge", "最低生活保障边缘家庭"),
                            ("rigid", "刚性支出困难家庭"),
                            ("orphan", "孤儿"),
                            ("de_facto_orphan", "事实无人抚养儿童"),
                            ("disability_living", "困难残疾人生活补贴"),
                            ("disability_care", "重度残疾人护理补贴"),
                        ],
                        max_length=20,
                        verbose_name="项目",
                    ),
                ),
                ("since", models.DateField(verbose_name="新标准自")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("increase", "增加"), ("unchanged", "不变"), ("look", "待人工处理")],
                        max_length=9,
                        verbose_name="结果",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lower", "测算低于现发金额"),
                            ("ineligible", "测算不再符合"),
                            ("undetermined", "有条件尚需认定"),
                            ("incomplete", "资料不全"),
                            ("changed", "家庭情况有变"),
                            ("held", "暂停发放待核"),
                            ("suspended", "已暂停"),
                            ("stopped", "已停发"),
                            ("later", "已有以后月份的决定"),
                            ("no_ground", "没有留存测算"),
                        ],
                        max_length=12,
                        verbose_name="原因",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("before_fen", models.BigIntegerField(verbose_name="现发")),
                ("after_fen", models.BigIntegerField(null=True, verbose_name="新额")),
                ("from_month", models.DateField(null=True, verbose_name="新额自")),
                ("back_pay_fen", models.BigIntegerField(default=0, verbose_name="补发")),
                (
                    "state",
                    models.CharField(
                        choices=[("listed", "列出"), ("waiting", "待办"), ("done", "已调整"), ("taken_out", "已移出")],
                        max_length=9,
                        verbose_name="办理",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="移出原因")),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="eligibility.assessment",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adjustments", to="payments.award"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="applications.adjustmentbatch",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.region"
                    ),
                ),
            ],
            options={
                "ordering": ["batch_id", "region_id", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AdjustmentStep",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("change", "调整"), ("back_pay", "补发")], max_length=8, verbose_name="方式"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("before_fen", models.BigIntegerField(verbose_name="原额")),
                ("after_fen", models.BigIntegerField(verbose_name="新额")),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.ledgerentry",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="applications.adjustmentrow",
                    ),
                ),
            ],
            options={
                "ordering": ["row_id", "month"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="adjustmentbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["preparing", "prepared", "confirmed"])),
                fields=("county_code",),
                name="adjustment_one_open_a_county",
                violation_error_message="本县已有一批调整在办",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("prepared_by__isnull", True),
                    ("confirmed_by__isnull", True),
                    models.Q(("prepared_by", models.F("confirmed_by")), _negated=True),
                    _connector="OR",
                ),
                name="adjustment_prepared_not_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["confirmed", "done"]), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        ("hash__regex", "^[0-9a-f]{64}$"),
                    ),
                    _connector="OR",
                ),
                name="adjustment_confirmed_has_its_confirmer",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("back_pay_fen__gte", 0), ("monthly_fen__gte", 0)), name="adjustment_lowers_nothing"
            ),
        ),
        migrations.AddIndex(
            model_name="adjustmentrow",
            index=models.Index(fields=["award"], name="adjustment_row_by_award"),
        ),
        migrations.AddConstraint(
            model_name="adjustmentrow",
            constraint=models.UniqueConstraint(fields=("batch", "award"), name="adjustment_one_row_an_award"),
        ),
        migrations.AddConstraint(
            model_name="adjustmentrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("after_fen__gt", 0),
                        ("outcome", "increase"),
                        ("reason", ""),
                        ("state__in", ["waiting", "done", "taken_out"]),
                    ),
                    models.Q(("back_pay_fen", 0), ("outcome", "unchanged"), ("reason", ""), ("state", "listed")),
                    models.Q(
                        ("back_pay_fen", 0),
                        ("outcome", "look"),
                        ("state", "listed"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="adjustment_only_increases_are_applied",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "increase"), _negated=True),
                    models.Q(("after_fen__gte", models.F("before_fen")), ("back_pay_fen__gte", 0)),
                    _connector="OR",
                ),
                name="adjustment_row_lowers_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("applied_at__isnull", False), ("assessment__isnull", False)),
                    _connector="OR",
                ),
                name="adjustment_done_has_its_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "taken_out"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="adjustment_taken_out_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentstep",
            constraint=models.UniqueConstraint(fields=("row", "month"), name="adjustment_one_step_a_month"),
        ),
        migrations.AddConstraint(
            model_name="adjustmentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="adjustment_step_is_of_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_fen__gt", models.F("before_fen")), ("before_fen__gte", 0)),
                name="adjustment_step_raises",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["change", "back_pay"])), name="adjustment_step_is_known"
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
