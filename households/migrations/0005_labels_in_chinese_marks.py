"""Labels of incomes and assets with the marks of Chinese print: nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0004_consent_end_stands"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assetfact",
            name="kind",
            field=models.CharField(
                choices=[("house", "住房（处）"), ("vehicle", "机动车（辆）"), ("deposit", "存款（元）")],
                max_length=8,
                verbose_name="种类",
            ),
        ),
        migrations.AlterField(
            model_name="incomefact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("wage", "工资"),
                    ("business", "种养经营"),
                    ("property", "土地流转、租金利息"),
                    ("support", "赡养抚养费"),
                    ("pension", "养老金"),
                    ("basic_pension", "居民基础养老金"),
                    ("transfer", "其他转移收入"),
                    ("veteran_benefit", "优待抚恤金"),
                    ("family_planning_award", "计划生育奖扶"),
                    ("scholarship", "奖学金"),
                    ("bravery_award", "见义勇为奖金"),
                    ("relief", "救助款物"),
                    ("other", "其他收入"),
                    ("tax", "减：税费"),
                    ("social_insurance", "减：社会保险费"),
                    ("support_paid", "减：付出的赡养抚养费"),
                    ("work_cost", "减：务工成本"),
                ],
                max_length=24,
                verbose_name="种类",
            ),
        ),
    ]
