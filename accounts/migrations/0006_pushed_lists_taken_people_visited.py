from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_findings_worked_nights_run"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="region",
            options={
                "default_permissions": (),
                "ordering": ["code"],
                "permissions": [
                    ("view_case", "view_case"),
                    ("enter_case", "enter_case"),
                    ("accept_case", "accept_case"),
                    ("survey_case", "survey_case"),
                    ("join_survey", "join_survey"),
                    ("give_opinion", "give_opinion"),
                    ("post_notice", "post_notice"),
                    ("confirm_case", "confirm_case"),
                    ("rule_unknown", "rule_unknown"),
                    ("set_hold", "set_hold"),
                    ("clear_hold", "clear_hold"),
                    ("view_list", "view_list"),
                    ("build_list", "build_list"),
                    ("check_list", "check_list"),
                    ("approve_list", "approve_list"),
                    ("release_list", "release_list"),
                    ("draft_standard", "draft_standard"),
                    ("enforce_standard", "enforce_standard"),
                    ("view_audit", "view_audit"),
                    ("work_finding", "work_finding"),
                    ("run_night", "run_night"),
                    ("take_pushed_list", "take_pushed_list"),
                    ("visit_pushed_person", "visit_pushed_person"),
                ],
            },
        ),
    ]
