"""What the database itself refuses around money: an edited ledger, a changed locked list, a slot taken twice or freed."""

from django.db import migrations

LISTS = """
-- A list goes forward only, starts empty, and from its lock on nothing of what it pays can change.
CREATE FUNCTION aid_list_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'building' OR NEW.checked_by_id IS NOT NULL OR NEW.approved_by_id IS NOT NULL
       OR NEW.released_by_id IS NOT NULL OR NEW.locked_at IS NOT NULL THEN
      RAISE EXCEPTION 'a payment list begins as building' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('building', 'built'), ('built', 'checked'), ('checked', 'locked'), ('locked', 'approved'),
      ('approved', 'released'), ('released', 'exported'), ('building', 'cancelled'), ('built', 'cancelled'),
      ('checked', 'cancelled'), ('locked', 'cancelled'), ('approved', 'cancelled')) THEN
    RAISE EXCEPTION 'a payment list does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.built_by_id, OLD.county_code, OLD.month, OLD.number, OLD.region_id, OLD.programme)
     IS DISTINCT FROM (NEW.built_by_id, NEW.county_code, NEW.month, NEW.number, NEW.region_id, NEW.programme)
     OR (OLD.checked_by_id IS NOT NULL AND NEW.checked_by_id IS DISTINCT FROM OLD.checked_by_id)
     OR (OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
     OR (OLD.released_by_id IS NOT NULL AND NEW.released_by_id IS DISTINCT FROM OLD.released_by_id) THEN
    RAISE EXCEPTION 'who made, checked, approved or released a list stands' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.locked_at IS NOT NULL AND
     (OLD.locked_at, OLD.hash, OLD.manifest_id, OLD.total_fen, OLD.lines_count, OLD.people_count, OLD.exceptions_count)
     IS DISTINCT FROM
     (NEW.locked_at, NEW.hash, NEW.manifest_id, NEW.total_fen, NEW.lines_count, NEW.people_count, NEW.exceptions_count) THEN
    RAISE EXCEPTION 'a locked list stands' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.locked_at IS NULL AND NEW.locked_at IS NOT NULL THEN
    SELECT count(*) AS lines, coalesce(sum(people), 0) AS people, coalesce(sum(net_fen), 0) AS total,
           (SELECT count(*) FROM payments_paymentexception WHERE list_id = NEW.id) AS exceptions INTO counted
      FROM payments_paymentline WHERE list_id = NEW.id;
    IF (counted.lines, counted.people, counted.total, counted.exceptions)
       IS DISTINCT FROM (NEW.lines_count, NEW.people_count, NEW.total_fen, NEW.exceptions_count) THEN
      RAISE EXCEPTION 'the list says % lines, % people, % fen and % exceptions, its rows are %',
        NEW.lines_count, NEW.people_count, NEW.total_fen, NEW.exceptions_count, counted USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_list_moves BEFORE INSERT OR UPDATE ON payments_paymentlist
  FOR EACH ROW EXECUTE FUNCTION aid_list_moves();
SELECT aid_only_updates('payments_paymentlist', 'state, job_id, lines_count, people_count, exceptions_count, total_fen,
  hash, manifest_id, checked_by_id, checked_at, locked_at, approved_by_id, approved_at, released_by_id, released_at, exported_at,
  cancelled_by_id, cancelled_at, cancel_reason, audit_entry_id');

-- Lines, slots and exceptions enter a list only while it is being built. The list is locked against its next step
-- (FOR SHARE), else a row could be committed into a list that another connection closed in the meantime.
CREATE FUNCTION aid_list_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM payments_paymentlist WHERE id IN (SELECT DISTINCT list_id FROM added) FOR SHARE;
  IF EXISTS (SELECT 1 FROM payments_paymentlist WHERE state <> 'building' AND id IN (SELECT DISTINCT list_id FROM added)) THEN
    RAISE EXCEPTION 'the list is built: nothing enters it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_list_is_open AFTER INSERT ON payments_paymentline REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_list_is_open();
CREATE TRIGGER aid_list_is_open AFTER INSERT ON payments_paymentslot REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_list_is_open();
CREATE TRIGGER aid_list_is_open AFTER INSERT ON payments_paymentexception REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_list_is_open();
SELECT aid_append_only('payments_paymentline');

-- A slot is freed only where its list was cancelled.
CREATE FUNCTION aid_slot_is_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM payments_paymentlist WHERE state <> 'cancelled' AND id IN (SELECT DISTINCT list_id FROM gone)) THEN
    RAISE EXCEPTION 'a slot is freed only where its list was cancelled' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_slot_is_freed AFTER DELETE ON payments_paymentslot REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION aid_slot_is_freed();
CREATE TRIGGER aid_slot_stands BEFORE UPDATE OR TRUNCATE ON payments_paymentslot
  FOR EACH STATEMENT EXECUTE FUNCTION aid_refuse();
"""

APP = """
DO $$ BEGIN
  EXECUTE format('REVOKE UPDATE, TRUNCATE ON payments_paymentslot FROM %I', (SELECT app_role FROM accounts_deployment));
END $$;
SELECT aid_only_updates('payments_paymentexception', 'acknowledged_by_id, acknowledged_at, note');
SELECT aid_only_updates('payments_exportfile', 'job_id, document_id, filename, lines_count, total_fen, written_at');
SELECT aid_append_only('payments_award');
SELECT aid_append_only('payments_ledgerentry');
SELECT aid_only_updates('payments_awardcover', 'ends_on');
SELECT aid_only_updates('payments_payeeaccount', 'closed_on');
SELECT aid_only_updates('payments_hold', 'cleared_by_id, cleared_at, cleared_note');

-- A written file stands; a cleared hold stays cleared.
CREATE FUNCTION aid_written_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a written % stands', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER aid_written_stands BEFORE UPDATE ON payments_exportfile
  FOR EACH ROW WHEN (OLD.written_at IS NOT NULL) EXECUTE FUNCTION aid_written_stands();
CREATE TRIGGER aid_cleared_stands BEFORE UPDATE ON payments_hold
  FOR EACH ROW WHEN (OLD.cleared_at IS NOT NULL) EXECUTE FUNCTION aid_written_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_awards_ledger_lists_slots"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [migrations.RunSQL(LISTS + APP, migrations.RunSQL.noop)]
