"""Facts and consents are only added; a membership or an obligation only ends."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0001_people_memberships_facts"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [
        migrations.RunSQL(
            """
            SELECT aid_append_only('households_consent');
            SELECT aid_append_only('households_incomefact');
            SELECT aid_append_only('households_assetfact');
            SELECT aid_append_only('households_circumstancefact');
            SELECT aid_only_updates('households_membership', 'left_on, position');
            SELECT aid_only_updates('households_obligation', 'ends_on');
            SELECT aid_only_updates('households_household', 'region_id, area, address');
            SELECT aid_only_updates('households_person', 'region_id, name, name_key, initials, id_kind, id_number, id_index,
              id_tail_index, id_shared_reason, birth_date, sex, phone, hukou_address, home_address, died_on');
            """,
            migrations.RunSQL.noop,
        )
    ]
