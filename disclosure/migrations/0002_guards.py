"""A posted list and its proof are only added; an objection only gets its answer."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0001_notices_postings_objections"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [
        migrations.RunSQL(
            """
            SELECT aid_append_only('disclosure_noticelist');
            SELECT aid_append_only('disclosure_noticeentry');
            SELECT aid_append_only('disclosure_posting');
            SELECT aid_only_updates('disclosure_objection', 'answer, result, answered_by_id, answered_at');
            """,
            migrations.RunSQL.noop,
        )
    ]
