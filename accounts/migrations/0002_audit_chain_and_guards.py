"""What the database itself refuses: rewriting the audit, leaving the chain, moving the clock, touching a guard."""

from django.conf import settings
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION aid_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT clock_timestamp() + CASE WHEN mode = 'test' THEN make_interval(secs => clock_shift_seconds) ELSE interval '0' END
  FROM accounts_deployment
$$;

CREATE FUNCTION aid_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: rows are only added', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Rows of this table are only ever added.
CREATE FUNCTION aid_append_only(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER aid_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION aid_refuse()', guarded);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', guarded, (SELECT app_role FROM accounts_deployment));
END $$;

-- Rows of this table are never removed, and only these columns of them change.
CREATE FUNCTION aid_only_updates(guarded regclass, variable text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE app text := (SELECT app_role FROM accounts_deployment);
BEGIN
  EXECUTE format('CREATE TRIGGER aid_no_removal BEFORE DELETE OR TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION aid_refuse()', guarded);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', guarded, app);
  EXECUTE format('GRANT UPDATE (%s) ON %s TO %I', variable, guarded, app);
END $$;

-- A field of the chain's hash: its length and its text, so that no two rows can be read as one another.
CREATE FUNCTION aid_net(field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN field IS NULL THEN '-,' ELSE octet_length(field) || ':' || field || ',' END
$$;

CREATE FUNCTION aid_audit_hash(entry accounts_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    aid_net(entry.prev_hash) || aid_net(entry.county_code) || aid_net(entry.seq::text) || aid_net(entry.id::text)
    || aid_net(to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))
    || aid_net(entry.actor_id::text) || aid_net(entry.actor_name) || aid_net(entry.post) || aid_net(entry.action)
    || aid_net(entry.target_type) || aid_net(entry.target_id) || aid_net(entry.region_code)
    || aid_net(to_char(entry."on", 'YYYY-MM-DD')) || aid_net(entry.purpose) || aid_net(entry.address)
    || aid_net(entry.before_hash) || aid_net(entry.after_hash)
    || aid_net(CASE WHEN entry.success THEN '1' ELSE '0' END) || aid_net(CASE WHEN entry.is_seal THEN '1' ELSE '0' END)
    || aid_net(entry.detail), 'UTF8')), 'hex')
$$;

-- Numbers, dates and hashes every entry, whoever inserts it; the county's head row is locked to the end of the transaction.
CREATE FUNCTION aid_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE head accounts_auditchain%ROWTYPE;
BEGIN
  INSERT INTO accounts_auditchain (county_code, seq, hash) VALUES (NEW.county_code, 0, '') ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM accounts_auditchain WHERE county_code = NEW.county_code FOR UPDATE;
  NEW.seq := head.seq + 1;
  NEW.prev_hash := head.hash;
  NEW.at := aid_now();
  NEW.hash := aid_audit_hash(NEW);
  UPDATE accounts_auditchain SET seq = NEW.seq, hash = NEW.hash WHERE county_code = NEW.county_code;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_audit_chain BEFORE INSERT ON accounts_auditentry FOR EACH ROW EXECUTE FUNCTION aid_audit_chain();
"""

GUARDS = """
SELECT aid_append_only('accounts_auditentry');
SELECT aid_append_only('accounts_storeddocument');
SELECT aid_only_updates('accounts_post', 'ends_on');
SELECT aid_only_updates('accounts_user', 'password, last_login, is_active, full_name, office_phone');
SELECT aid_only_updates('accounts_datakey', 'wrapped, master');
CREATE TRIGGER aid_no_truncate BEFORE TRUNCATE ON accounts_auditchain
  FOR EACH STATEMENT EXECUTE FUNCTION aid_refuse();
"""


def install(apps, schema_editor):
    """One row says what this deployment is and which role the application is; that role gets what it needs."""
    app = settings.DATABASES["default"]["USER"]
    quoted = schema_editor.quote_name(app)
    run = schema_editor.execute
    run(
        "INSERT INTO accounts_deployment (id, mode, app_role, clock_shift_seconds) VALUES (1, %s, %s, 0)",
        ["production" if settings.AID_MODE == "test" else settings.AID_MODE, app],
    )
    run(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
    run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
    run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quoted}")
    run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {quoted}")
    run(f"REVOKE INSERT, UPDATE, DELETE ON accounts_deployment, accounts_auditchain, django_migrations FROM {quoted}")
    run(FUNCTIONS, None)
    run(GUARDS, None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_regions_posts_audit_jobs"),
        ("guardian", "0001_initial"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
