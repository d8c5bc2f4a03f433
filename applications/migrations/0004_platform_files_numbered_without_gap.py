"""Platform files: numbers without a gap, bytes that stand, differences a receipt was sealed with."""

import accounts.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARD = """
-- A file takes the number after the last of its county, kind and receiver. Who makes one waits for nobody: the act holds
-- a lock of its own; here two that come at once meet at the unique number.
CREATE FUNCTION aid_platform_number() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE last integer;
BEGIN
  SELECT coalesce(max(number), 0) INTO last FROM applications_platformfile
    WHERE county_code = NEW.county_code AND kind = NEW.kind AND receiver = NEW.receiver;
  IF NEW.number <> last + 1 THEN
    RAISE EXCEPTION 'number % does not follow %', NEW.number, last
      USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_numbers_without_gap';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_platform_number BEFORE INSERT ON applications_platformfile
  FOR EACH ROW EXECUTE FUNCTION aid_platform_number();

-- The first time a file goes out it is no resend, every later time it is one.
CREATE FUNCTION aid_platform_delivered() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.is_resend AND NOT EXISTS (SELECT 1 FROM applications_platformdelivery WHERE file_id = NEW.file_id) THEN
    RAISE EXCEPTION 'what never went out is not sent again'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_resend_follows_a_delivery';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_platform_delivered BEFORE INSERT ON applications_platformdelivery
  FOR EACH ROW EXECUTE FUNCTION aid_platform_delivered();

-- No difference is slipped under a receipt that is sealed with fewer.
CREATE FUNCTION aid_platform_differs() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE receipt uuid;
BEGIN
  SELECT r.id INTO receipt FROM applications_platformreceipt r
    WHERE r.id IN (SELECT receipt_id FROM added) AND (r.fate <> 'taken' OR r.differences_count <
      (SELECT count(*) FROM applications_platformdifference d WHERE d.receipt_id = r.id)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'receipt % is sealed with fewer differences', receipt
      USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_differences_are_the_receipts';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_platform_differs AFTER INSERT ON applications_platformdifference
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aid_platform_differs();

-- A difference is settled by a later receipt of the same county and kind, never by the one that made it.
CREATE FUNCTION aid_platform_settles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM applications_platformdifference d
      JOIN applications_platformreceipt made ON made.id = d.receipt_id
      JOIN applications_platformfile sent ON sent.id = made.file_id
      JOIN applications_platformreceipt by ON by.id = NEW.receipt_id
      JOIN applications_platformfile again ON again.id = by.file_id
    WHERE d.id = NEW.difference_id AND by.id <> made.id AND by.fate = 'taken'
      AND again.county_code = sent.county_code AND again.kind = sent.kind) THEN
    RAISE EXCEPTION 'a difference is settled by another receipt of its county and kind'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_settled_by_a_later_receipt';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_platform_settles BEFORE INSERT ON applications_platformsettlement
  FOR EACH ROW EXECUTE FUNCTION aid_platform_settles();

SELECT aid_append_only('applications_platformfile');
SELECT aid_append_only('applications_platformdelivery');
SELECT aid_append_only('applications_platformreceipt');
SELECT aid_append_only('applications_platformdifference');
SELECT aid_append_only('applications_platformsettlement');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_findings_worked_nights_run"),
        ("applications", "0003_adjustments_one_open_batch_a_county"),
        ("households", "0004_consent_end_stands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlatformFile",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("county_code", models.CharField(max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[("recipients", "救助对象"), ("credit", "信用信息"), ("status", "身份认定")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("receiver", models.CharField(max_length=30, verbose_name="接收方")),
                ("number", models.IntegerField(verbose_name="编号")),
                ("reference", models.CharField(max_length=80, unique=True, verbose_name="文件编号")),
                ("since", models.DateField(null=True, verbose_name="自")),
                ("until", models.DateField(verbose_name="截至")),
                ("after_seq", models.BigIntegerField()),
                ("until_seq", models.BigIntegerField()),
                ("rows", models.IntegerField(verbose_name="行数")),
                ("total_fen", models.BigIntegerField(verbose_name="月额合计")),
                ("purpose", models.CharField(blank=True, max_length=100, verbose_name="用途")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.storeddocument",
                    ),
                ),
                (
                    "audit_entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.auditentry"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storeddocument"
                    ),
                ),
                (
                    "made_by",
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
                "ordering": ["-made_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlatformDelivery",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("is_resend", models.BooleanField(verbose_name="重发")),
                ("place", models.CharField(max_length=300, verbose_name="位置")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "audit_entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.auditentry"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="applications.platformfile",
                    ),
                ),
            ],
            options={
                "ordering": ["file_id", "at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlatformReceipt",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("county_code", models.CharField(max_length=6)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                (
                    "fate",
                    models.CharField(
                        choices=[("taken", "已采用"), ("duplicate", "重复文件"), ("quarantined", "已隔离")],
                        max_length=11,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("accepted", models.IntegerField(default=0, verbose_name="已接收")),
                ("refused", models.IntegerField(default=0, verbose_name="退回")),
                ("differences_count", models.IntegerField(default=0, verbose_name="差异")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(verbose_name="收到")),
                (
                    "audit_entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.auditentry"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.storeddocument"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="applications.platformfile",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.region"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlatformDifference",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("line", models.IntegerField(verbose_name="行号")),
                ("key", models.CharField(max_length=100)),
                (
                    "why",
                    models.CharField(
                        choices=[("refused", "退回"), ("missing", "未回应"), ("sum", "金额不符")],
                        max_length=8,
                        verbose_name="差异",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("sent", models.CharField(blank=True, max_length=20, verbose_name="我方月额")),
                ("acknowledged", models.CharField(blank=True, max_length=20, verbose_name="平台月额")),
                ("case_number", models.CharField(blank=True, max_length=30, verbose_name="受理编号")),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="households.person"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="applications.platformreceipt",
                    ),
                ),
            ],
            options={
                "ordering": ["receipt_id", "line"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlatformSettlement",
            fields=[
                (
                    "difference",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="settlement",
                        serialize=False,
                        to="applications.platformdifference",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled",
                        to="applications.platformreceipt",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="platformfile",
            constraint=models.UniqueConstraint(
                fields=("county_code", "kind", "receiver", "number"), name="platform_file_one_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0), ("rows__gte", 0)), name="platform_file_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("since", None), ("since__lte", models.F("until")), _connector="OR"),
                name="platform_file_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="platformfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked__isnull", False),
                        ("kind", "status"),
                        ("made_by__isnull", False),
                        models.Q(("purpose", ""), _negated=True),
                    ),
                    models.Q(models.Q(("kind", "status"), _negated=True), ("asked", None), ("purpose", "")),
                    _connector="OR",
                ),
                name="platform_file_status_says_what_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="platformreceipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fate", "taken")),
                fields=("file", "document"),
                name="platform_receipt_taken_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="platformreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fate", "taken"), ("file__isnull", False), models.Q(("digest", ""), _negated=True)),
                    models.Q(
                        models.Q(("fate", "taken"), _negated=True),
                        ("accepted", 0),
                        ("differences_count", 0),
                        ("file", None),
                        ("refused", 0),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="platform_receipt_taken_or_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="platformdifference",
            index=models.Index(fields=["key"], name="platform_difference_by_key"),
        ),
        migrations.AddConstraint(
            model_name="platformdifference",
            constraint=models.UniqueConstraint(fields=("receipt", "line"), name="platform_difference_once_a_line"),
        ),
        migrations.AddConstraint(
            model_name="platformdifference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="platform_difference_refused_says_why",
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
