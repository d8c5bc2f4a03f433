"""Most people stated nothing of a kind, and some kinds nearly nobody: seen without reading what else they stated."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0005_labels_in_chinese_marks")]
    operations = [
        migrations.AddIndex("incomefact", models.Index(fields=["kind", "person"], name="income_by_kind_and_person")),
        migrations.AddIndex(
            "circumstancefact", models.Index(fields=["kind", "person"], name="circumstance_by_kind_person")
        ),
    ]
