"""What the database itself refuses in a case: a skipped step, the same hand twice, an edited decision."""

from django.db import migrations

STEPS = """
-- A step begins where the last one ended; who surveyed gives no opinion, who did either does not confirm,
-- a registered relative takes no part (57号 art. 11; reliability, Who takes which step).
CREATE FUNCTION aid_step_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last applications_transition%ROWTYPE;
BEGIN
  SELECT * INTO last FROM applications_transition WHERE matter_id = NEW.matter_id ORDER BY seq DESC LIMIT 1;
  IF FOUND AND (NEW.seq <> last.seq + 1 OR NEW.source <> last.target) THEN
    RAISE EXCEPTION 'step % begins at %, the matter stands at %', NEW.seq, NEW.source, last.target
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_follows_the_last';
  END IF;
  IF NOT FOUND AND (NEW.seq <> 1 OR NEW.action <> 'submit') THEN
    RAISE EXCEPTION 'a matter begins with its submission'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_follows_the_last';
  END IF;
  IF NEW.actor_id IS NULL AND NEW.action NOT IN ('end_notice') THEN
    RAISE EXCEPTION 'a step is somebody''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'transition_has_its_actor';
  END IF;
  PERFORM aid_hands_apart(NEW.matter_id, NEW.actor_id, NEW.action);
  RETURN NEW;
END $$;

CREATE FUNCTION aid_hands_apart(matter uuid, hand bigint, step text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF step IN ('visit', 'second_visit', 'opine', 'oppose', 'confirm', 'refuse') AND EXISTS (
      SELECT 1 FROM applications_relativeregister WHERE matter_id = matter AND user_id = hand) THEN
    RAISE EXCEPTION 'a registered relative takes no part'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'relative_takes_no_part';
  END IF;
  IF EXISTS (SELECT 1 FROM applications_transition t WHERE t.matter_id = matter AND t.actor_id = hand AND (
       (step IN ('opine', 'oppose') AND t.action IN ('visit', 'second_visit'))
    OR (step IN ('confirm', 'refuse') AND t.action IN ('visit', 'second_visit', 'opine', 'oppose')))) THEN
    RAISE EXCEPTION 'step % needs another person', step
      USING ERRCODE = 'check_violation', CONSTRAINT = 'step_by_another_person';
  END IF;
  IF step = 'second_visit' AND (SELECT t.actor_id FROM applications_transition t
       WHERE t.matter_id = matter AND t.action = 'visit' ORDER BY t.seq DESC LIMIT 1) = hand THEN
    RAISE EXCEPTION 'a survey is made by two people'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'visit_by_two_people';
  END IF;
END $$;
CREATE TRIGGER aid_step_follows BEFORE INSERT ON applications_transition
  FOR EACH ROW EXECUTE FUNCTION aid_step_follows();

CREATE FUNCTION aid_decision_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM aid_hands_apart(NEW.matter_id, NEW.decided_by_id, CASE NEW.outcome WHEN 'confirmed' THEN 'confirm' ELSE 'refuse' END);
  RETURN NEW;
END $$;
CREATE TRIGGER aid_decision_apart BEFORE INSERT ON applications_decision
  FOR EACH ROW EXECUTE FUNCTION aid_decision_apart();

-- When a transaction ends, a matter stands where its last step led.
CREATE FUNCTION aid_state_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; led text; matter uuid;
BEGIN
  IF TG_TABLE_NAME = 'applications_matter' THEN matter := NEW.id; ELSE matter := NEW.matter_id; END IF;
  SELECT state INTO stands FROM applications_matter WHERE id = matter;
  SELECT target INTO led FROM applications_transition WHERE matter_id = matter ORDER BY seq DESC LIMIT 1;
  IF stands IS DISTINCT FROM led THEN
    RAISE EXCEPTION 'the matter stands at %, its last step led to %', stands, led
      USING ERRCODE = 'check_violation', CONSTRAINT = 'matter_stands_where_its_steps_led';
  END IF;
  IF stands IN ('confirmed', 'refused')
     AND NOT EXISTS (SELECT 1 FROM applications_decision WHERE matter_id = matter AND outcome = stands) THEN
    RAISE EXCEPTION 'a matter is % by its decision', stands
      USING ERRCODE = 'check_violation', CONSTRAINT = 'matter_is_closed_by_its_decision';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER aid_state_agrees AFTER INSERT OR UPDATE OF state ON applications_matter
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_state_agrees();
CREATE CONSTRAINT TRIGGER aid_state_agrees AFTER INSERT ON applications_transition
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aid_state_agrees();

SELECT aid_append_only('applications_transition');
SELECT aid_append_only('applications_homevisit');
SELECT aid_append_only('applications_decision');
SELECT aid_append_only('applications_confirmingbody');
SELECT aid_append_only('applications_application');
SELECT aid_append_only('applications_relativeregister');
SELECT aid_append_only('applications_supplement');
SELECT aid_only_updates('applications_matter', 'state, assessment_id, is_relative');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_cases_steps_decisions"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [migrations.RunSQL(STEPS, migrations.RunSQL.noop)]
