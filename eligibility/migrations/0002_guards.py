"""Figures, assessments and rulings are only added."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("eligibility", "0001_standards_assessments_rulings"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [
        migrations.RunSQL(
            """
            SELECT aid_append_only('eligibility_standard');
            SELECT aid_append_only('eligibility_minimumwage');
            SELECT aid_append_only('eligibility_assessment');
            SELECT aid_append_only('eligibility_ruling');
            """,
            migrations.RunSQL.noop,
        )
    ]
