"""The end of a consent is only added."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("households", "0003_consent_ends")]
    operations = [migrations.RunSQL("SELECT aid_append_only('households_consentend');", migrations.RunSQL.noop)]
