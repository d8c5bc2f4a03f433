"""A back-pay is paid by one line, keyed by its ledger entry: a month raised twice is paid twice its difference."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


GUARD = """
-- A back-pay's slot is its entry's: of that award, for that month, and of that kind.
CREATE FUNCTION aid_slot_pays_its_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added s JOIN payments_ledgerentry e ON e.id = s.entry_id
             WHERE (e.kind, e.award_id, e.from_month) IS DISTINCT FROM ('back_pay', s.award_id, s.period)) THEN
    RAISE EXCEPTION 'a back-pay is paid by its own entry' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_slot_pays_its_entry AFTER INSERT ON payments_paymentslot REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_slot_pays_its_entry();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_chain_and_guards"),
        ("eligibility", "0002_guards"),
        ("households", "0002_guards"),
        ("payments", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="paymentslot",
            name="slot_one_back_pay_a_month",
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="assessment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="eligibility.assessment"
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="standard_fen",
            field=models.BigIntegerField(null=True, verbose_name="标准"),
        ),
        migrations.AddField(
            model_name="paymentslot",
            name="entry",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="payments.ledgerentry",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("kind", "back_pay")), fields=["award"], name="ledger_back_pay_by_award"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "back_pay"), _negated=True), ("amount_fen__gt", 0), _connector="OR"
                ),
                name="ledger_back_pay_is_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("assessment__isnull", False)),
                fields=("award", "kind", "from_month", "assessment"),
                name="ledger_one_entry_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentslot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "back_pay")),
                fields=("entry", "person", "slot"),
                name="slot_one_payment_a_back_pay",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentslot",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("kind", "back_pay")),
                expressions=[("entry", "="), ("line", "<>")],
                name="slot_one_line_a_back_pay",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("kind", "back_pay")),
                    models.Q(models.Q(("kind", "back_pay"), _negated=True), ("entry", None)),
                    _connector="OR",
                ),
                name="slot_back_pay_has_its_entry",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER aid_slot_pays_its_entry ON payments_paymentslot"),
    ]
