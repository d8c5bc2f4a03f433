"""Lists of people in need, only added; a person of them is visited once, and what was found stays."""

import accounts.crypto.fields
import accounts.ids
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

GUARDS = """
SELECT aid_append_only('verification_pushedlist');
SELECT aid_only_updates('verification_pushedperson', 'region_id, state, outcome, note, visited_on, visited_by_id, visited_at');

CREATE FUNCTION aid_pushed_person_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'visited' THEN
      RAISE EXCEPTION 'nobody of a list has been visited before it came' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF OLD.state <> 'to_visit' OR NEW.state NOT IN ('to_visit', 'visited') THEN
    RAISE EXCEPTION 'only who waits for a visit is visited, and once' USING ERRCODE = 'check_violation';
  ELSIF left(NEW.region_id, 6) <> OLD.county_code THEN
    RAISE EXCEPTION 'a list stays in its county' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_pushed_person_moves BEFORE INSERT OR UPDATE ON verification_pushedperson
  FOR EACH ROW EXECUTE FUNCTION aid_pushed_person_moves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_job_waits_for_its_hour"),
        ("verification", "0002_enquiries_by_month_and_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PushedList",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=24, verbose_name="来源")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("disability", "新领残疾证"),
                            ("illness", "高额医疗费用"),
                            ("dropout", "失学辍学"),
                            ("other", "其他困难情形"),
                        ],
                        max_length=10,
                        verbose_name="情形",
                    ),
                ),
                ("legal_basis", models.CharField(max_length=200, verbose_name="推送依据")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("rows", models.IntegerField(verbose_name="行数")),
                ("taken", models.IntegerField(verbose_name="收下")),
                ("set_aside", models.IntegerField(verbose_name="搁置")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("received_at", models.DateTimeField()),
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
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "ordering": ["-received_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PushedPerson",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, primary_key=True, serialize=False)),
                ("line", models.IntegerField(verbose_name="行号")),
                ("county_code", models.CharField(max_length=6)),
                ("name", models.CharField(blank=True, max_length=50, verbose_name="姓名")),
                (
                    "id_number",
                    accounts.crypto.fields.EncryptedTextField(domain="id_number", null=True, verbose_name="证件号码"),
                ),
                ("id_index", accounts.crypto.fields.IndexField(domain="id_number", null=True, source="id_number")),
                ("birth_date", models.DateField(null=True, verbose_name="出生日期")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("M", "男"), ("F", "女"), ("", "未说明")],
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                (
                    "phone",
                    accounts.crypto.fields.EncryptedTextField(domain="phone", null=True, verbose_name="联系电话"),
                ),
                ("ground", accounts.crypto.fields.EncryptedTextField(domain="answer", null=True, verbose_name="情况")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_visit", "待走访"),
                            ("visited", "已走访"),
                            ("merged", "并入前一名单"),
                            ("already_known", "已在救助或在办"),
                            ("set_aside", "搁置"),
                        ],
                        max_length=13,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="搁置原因")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("applies", "要申请，已告知怎样办"),
                            ("declines", "本人不申请"),
                            ("no_need", "生活没有困难"),
                            ("away", "找不到人或已迁走"),
                        ],
                        max_length=8,
                        verbose_name="走访结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="走访情况")),
                ("visited_on", models.DateField(null=True, verbose_name="走访日期")),
                ("visited_at", models.DateTimeField(null=True)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="verification.pushedlist"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.region"
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="also_listed",
                        to="verification.pushedperson",
                    ),
                ),
                (
                    "visited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["list_id", "line"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="pushedlist",
            constraint=models.UniqueConstraint(fields=("region", "document"), name="pushed_list_same_bytes_once"),
        ),
        migrations.AddConstraint(
            model_name="pushedlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rows",
                        django.db.models.expressions.CombinedExpression(models.F("taken"), "+", models.F("set_aside")),
                    ),
                    ("set_aside__gte", 0),
                    ("taken__gte", 0),
                ),
                name="pushed_list_counts_its_rows",
            ),
        ),
        migrations.AddIndex(
            model_name="pushedperson",
            index=models.Index(fields=["region", "state"], name="pushed_person_by_region"),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.UniqueConstraint(fields=("list", "line"), name="pushed_person_one_a_line"),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "to_visit")),
                fields=("county_code", "id_index"),
                name="pushed_person_visited_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "set_aside"), ("id_index__isnull", False), _connector="OR"),
                name="pushed_person_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "set_aside"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("state", "set_aside"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="pushed_person_set_aside_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("same_as__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("same_as", None)),
                    _connector="OR",
                ),
                name="pushed_person_merged_names_the_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="pushedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "visited"),
                        ("visited_at__isnull", False),
                        ("visited_by__isnull", False),
                        ("visited_on__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "visited"), _negated=True),
                        ("outcome", ""),
                        ("visited_at", None),
                        ("visited_by", None),
                        ("visited_on", None),
                    ),
                    _connector="OR",
                ),
                name="pushed_person_visit_is_whole",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
