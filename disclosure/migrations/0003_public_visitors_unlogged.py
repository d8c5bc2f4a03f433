"""The buckets of the public pages: unlogged, as a server that starts again may forget who read what how often."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL("ALTER TABLE disclosure_visitor SET UNLOGGED", migrations.RunSQL.noop),
    ]
