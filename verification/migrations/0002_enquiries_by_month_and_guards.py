"""Enquiries and answers by month, only added; nobody is asked about without consent, nothing answered that was not asked."""

from django.db import migrations

TABLES = """
CREATE SEQUENCE verification_enquiry_id_seq AS bigint;
-- The serial no source sees twice: the last part of a request's reference.
CREATE SEQUENCE verification_request_serial AS bigint;
CREATE TABLE verification_enquiry (
  id bigint NOT NULL DEFAULT nextval('verification_enquiry_id_seq'),
  "on" date NOT NULL,
  run_id uuid NOT NULL,
  request_id uuid NOT NULL,
  person_id uuid NOT NULL,
  source varchar(24) NOT NULL,
  PRIMARY KEY (id, "on"),
  -- The person first: it is also how a family's enquiries, and by them its answers, are found.
  CONSTRAINT enquiry_once_a_run UNIQUE (person_id, source, "on", run_id)
) PARTITION BY RANGE ("on");
ALTER SEQUENCE verification_enquiry_id_seq OWNED BY verification_enquiry.id;
CREATE INDEX enquiry_by_request ON verification_enquiry (request_id);

CREATE TABLE verification_answer (
  enquiry_id bigint NOT NULL,
  "on" date NOT NULL,
  request_id uuid NOT NULL,
  person_id uuid NOT NULL,
  source varchar(24) NOT NULL,
  outcome varchar(9) NOT NULL CHECK (outcome IN ('found', 'not_found')),
  values jsonb NOT NULL,
  exchange_id uuid NOT NULL,
  line integer NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT answer_once_an_enquiry PRIMARY KEY (enquiry_id, "on"),
  CONSTRAINT answer_not_found_says_nothing CHECK (outcome = 'found' OR values = '{}')
) PARTITION BY RANGE ("on");

SELECT aid_append_only('verification_enquiry');
SELECT aid_append_only('verification_answer');

-- The month's partitions, as closed as their parents; only whoever owns the tables may make a table.
CREATE FUNCTION aid_open_month(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first date := date_trunc('month', day)::date;
  parent text;
  part text;
BEGIN
  IF to_regclass('verification_answer_' || to_char(first, 'YYYY_MM')) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('aid_open_month'));
  FOREACH parent IN ARRAY ARRAY['verification_enquiry', 'verification_answer'] LOOP
    part := parent || '_' || to_char(first, 'YYYY_MM');
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                     part, parent, first, (first + interval '1 month')::date);
      PERFORM aid_append_only(part::regclass);
      EXECUTE format('REVOKE INSERT ON %I FROM %I', part, (SELECT app_role FROM accounts_deployment));
    END IF;
  END LOOP;
END $$;
"""

COUNTS = """
-- A night is asked the minute it is planned: what the planner has to know of it is found out at once, by the tables' owner.
CREATE FUNCTION aid_count_month(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('ANALYZE %I', 'verification_enquiry_' || to_char(day, 'YYYY_MM'));
  ANALYZE verification_subject, verification_request;
END $$;
"""

GUARDS = """
-- A consent that bears a subject: this person's, in this household, signed since the case began, in force that day.
CREATE FUNCTION aid_subject_is_authorised() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM added s
      JOIN verification_run r ON r.id = s.run_id
      LEFT JOIN households_consent c ON c.id = s.consent_id AND c.person_id = s.person_id AND c.household_id = s.household_id
        AND c.given_on BETWEEN s.since AND r."on" AND (c.valid_until IS NULL OR c.valid_until >= r."on")
      LEFT JOIN households_consentend e ON e.consent_id = c.id AND e.ended_on <= r."on"
    WHERE s.consent_id IS NOT NULL AND (c.id IS NULL OR e.id IS NOT NULL)
  ) THEN
    RAISE EXCEPTION 'that consent does not bear this enquiry' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_subject_is_authorised AFTER INSERT ON verification_subject REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_subject_is_authorised();

CREATE FUNCTION aid_enquiry_is_authorised() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT run_id, request_id, source, "on" FROM added) a
      LEFT JOIN verification_request q ON q.id = a.request_id AND q.run_id = a.run_id AND q.source = a.source
      LEFT JOIN verification_run r ON r.id = a.run_id AND r."on" = a."on"
    WHERE q.id IS NULL OR r.id IS NULL
  ) THEN
    RAISE EXCEPTION 'an enquiry belongs to a request of its own run, source and day' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT run_id, person_id FROM added) a
    WHERE NOT EXISTS (SELECT 1 FROM verification_subject s
                      WHERE s.run_id = a.run_id AND s.person_id = a.person_id AND s.consent_id IS NOT NULL)
  ) THEN
    RAISE EXCEPTION 'nobody is asked about without consent' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_enquiry_is_authorised AFTER INSERT ON verification_enquiry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_enquiry_is_authorised();

CREATE FUNCTION aid_answer_was_asked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM added a LEFT JOIN verification_enquiry e ON e.id = a.enquiry_id AND e."on" = a."on"
    WHERE (e.person_id, e.request_id, e.source) IS DISTINCT FROM (a.person_id, a.request_id, a.source)
  ) THEN
    RAISE EXCEPTION 'an answer belongs to its enquiry' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT exchange_id, request_id FROM added) a
      LEFT JOIN verification_exchange x ON x.id = a.exchange_id AND x.request_id = a.request_id
        AND x.direction = 'in' AND x.fate = 'taken'
    WHERE x.id IS NULL
  ) THEN
    RAISE EXCEPTION 'an answer stands in a file that was taken for its request' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_answer_was_asked AFTER INSERT ON verification_answer REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_answer_was_asked();

SELECT aid_append_only('verification_subject');
SELECT aid_append_only('verification_exchange');
SELECT aid_append_only('verification_strayrow');
SELECT aid_append_only('verification_findingstep');
SELECT aid_only_updates('verification_run', 'state, people, unasked, enquiries, closings, promised_at, closed_at');
SELECT aid_only_updates('verification_request', 'job_id, spared, left_out, answered, state, tries, error, document_id, receipt,
  sent_at, due_at, answered_at');
SELECT aid_only_updates('verification_finding', 'state, last_seen_on');

-- What is answered stays answered; a count says what the answers say.
CREATE FUNCTION aid_request_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'planned' OR NEW.answered <> 0 OR NEW.left_out <> 0 THEN
      RAISE EXCEPTION 'a request begins as planned' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('planned', 'sent'), ('planned', 'part'), ('planned', 'answered'), ('planned', 'unanswered'),
      ('sent', 'part'), ('sent', 'answered'), ('sent', 'unanswered'), ('part', 'answered'), ('part', 'planned'),
      ('unanswered', 'planned'), ('unanswered', 'part'), ('unanswered', 'answered')) THEN
    RAISE EXCEPTION 'a request does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.answered < OLD.answered THEN
    RAISE EXCEPTION 'an answer does not go away' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.state = 'answered') <> (NEW.answered + NEW.left_out = NEW.people) AND NEW.state IN ('answered', 'part') THEN
    RAISE EXCEPTION 'a request is answered when everybody in it is' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.answered > OLD.answered
     -- Its enquiries stand together: a stretch of the month's answers is read, not one lookup a person.
     AND NEW.answered <> (SELECT count(*) FROM (
         SELECT "on", min(id) AS first, max(id) AS last FROM verification_enquiry
         WHERE request_id = NEW.id AND "on" = (SELECT r."on" FROM verification_run r WHERE r.id = NEW.run_id)
         GROUP BY "on") e
       JOIN verification_answer a ON a."on" = e."on" AND a.enquiry_id BETWEEN e.first AND e.last
         AND a.request_id = NEW.id) THEN
    RAISE EXCEPTION 'a request counts its answers' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_request_moves BEFORE INSERT OR UPDATE ON verification_request
  FOR EACH ROW EXECUTE FUNCTION aid_request_moves();

CREATE FUNCTION aid_run_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state = 'complete' AND EXISTS (
      SELECT 1 FROM verification_request WHERE run_id = NEW.id AND state <> 'answered') THEN
    RAISE EXCEPTION 'a run is complete when every request is answered' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'partly' AND EXISTS (
      SELECT 1 FROM verification_request WHERE run_id = NEW.id AND state IN ('planned', 'sent')) THEN
    RAISE EXCEPTION 'a run closes when nothing is waited for' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_run_moves BEFORE UPDATE ON verification_run FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION aid_run_moves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0001_runs_requests_findings"),
        ("households", "0004_consent_end_stands"),
        ("accounts", "0002_audit_chain_and_guards"),
    ]
    operations = [migrations.RunSQL(TABLES + COUNTS + GUARDS, migrations.RunSQL.noop)]
