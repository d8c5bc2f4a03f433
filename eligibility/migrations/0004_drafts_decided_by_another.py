"""Drafts, decisions and local settings are only added; no value comes into force but by another person's decision."""

from django.db import migrations

GUARDS = """
SELECT aid_append_only('eligibility_localsetting');
SELECT aid_append_only('eligibility_standarddraft');
SELECT aid_append_only('eligibility_standarddecision');

-- Who drafted a value neither puts it in force nor returns it; nobody else withdraws it.
CREATE FUNCTION aid_draft_other_hand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE drafter bigint := (SELECT drafted_by_id FROM eligibility_standarddraft WHERE id = NEW.draft_id);
BEGIN
  IF (NEW.outcome = 'withdrawn') <> (NEW.decided_by_id = drafter) THEN
    RAISE EXCEPTION 'a draft is decided by another person, and withdrawn by its drafter' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_draft_other_hand BEFORE INSERT ON eligibility_standarddecision
  FOR EACH ROW EXECUTE FUNCTION aid_draft_other_hand();

-- Whether the row of this id says what the draft says; the same columns in each of the three tables.
CREATE FUNCTION aid_row_as_drafted(wanted uuid, draft eligibility_standarddraft, decider bigint)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF draft.kind = 'setting' THEN
    RETURN EXISTS (SELECT 1 FROM eligibility_localsetting r WHERE r.id = wanted
      AND (r.region_id, r.area, r.key, r.programme, r.name, r.effective_from, r.document_number, r.drafted_by_id, r.enforced_by_id)
        = (draft.region_id, draft.area, draft.measure, draft.programme, draft.name, draft.effective_from,
           draft.document_number, draft.drafted_by_id, decider)
      AND r.value IS NOT DISTINCT FROM draft.value AND r.scan_id IS NOT DISTINCT FROM draft.scan_id);
  ELSIF draft.programme = 'minimum_wage' THEN
    RETURN EXISTS (SELECT 1 FROM eligibility_minimumwage r WHERE r.id = wanted
      AND (r.region_id, r.effective_from, r.document_number, r.value_fen)
        = (draft.region_id, draft.effective_from, draft.document_number, draft.value * 100));
  END IF;
  RETURN EXISTS (SELECT 1 FROM eligibility_standard r WHERE r.id = wanted
    AND (r.region_id, r.area, r.programme, r.measure, r.effective_from, r.document_number, r.value_fen,
         r.drafted_by_id, r.enforced_by_id)
      = (draft.region_id, draft.area, draft.programme, draft.measure, draft.effective_from, draft.document_number,
         draft.value * 100, draft.drafted_by_id, decider)
    AND r.for_year IS NOT DISTINCT FROM draft.for_year);
END $$;

-- At the commit: a value put in force is there, and is what was drafted.
CREATE FUNCTION aid_decision_has_its_row() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE draft eligibility_standarddraft%ROWTYPE;
BEGIN
  SELECT * INTO draft FROM eligibility_standarddraft WHERE id = NEW.draft_id;
  IF NEW.outcome = 'in_force' AND NOT aid_row_as_drafted(NEW.row_id, draft, NEW.decided_by_id) THEN
    RAISE EXCEPTION 'the value in force is not the one drafted' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER aid_decision_has_its_row AFTER INSERT ON eligibility_standarddecision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_decision_has_its_row();

-- And the other way: no value without its decision, but for the published table loaded with the release.
CREATE FUNCTION aid_value_was_decided() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME <> 'eligibility_localsetting' AND (to_jsonb(NEW) ->> 'drafted_by_id') IS NULL AND EXISTS (
      SELECT 1 FROM accounts_auditentry WHERE id = NEW.audit_entry_id AND action = 'standard.load') THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM eligibility_standarddecision WHERE row_id = NEW.id AND outcome = 'in_force') THEN
    RAISE EXCEPTION 'a value comes into force by a decision on its draft' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER aid_value_was_decided AFTER INSERT ON eligibility_standard
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_value_was_decided();
CREATE CONSTRAINT TRIGGER aid_value_was_decided AFTER INSERT ON eligibility_minimumwage
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_value_was_decided();
CREATE CONSTRAINT TRIGGER aid_value_was_decided AFTER INSERT ON eligibility_localsetting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_value_was_decided();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("eligibility", "0003_drafts_and_local_settings"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
