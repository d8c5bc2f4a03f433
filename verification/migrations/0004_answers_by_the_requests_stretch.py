"""The enquiries of a request stand in a stretch of their own; an answer file keeps rows only of whom it knows something.

Of most people a source says that it has nothing. Those stand as one bit each in one row of the file's, at their place in
the request; whoever has a record has a row. `verification_answer` shows both as the one answer an enquiry has at most.
What the rules make of a finding is written once, after the answers are kept.
"""

from django.db import migrations, models

STRETCHES = """
-- Each request draws the first of its million ids; what was drawn one by one before lies below.
CREATE SEQUENCE verification_enquiry_stretch AS bigint START WITH 1099511627776 INCREMENT BY 1048576;
ALTER TABLE verification_enquiry ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE verification_enquiry_id_seq;

ALTER TABLE verification_answer RENAME TO verification_record;
ALTER TABLE verification_record
  DROP COLUMN request_id, DROP COLUMN person_id, DROP COLUMN source, DROP COLUMN received_at;
ALTER TABLE verification_record RENAME CONSTRAINT answer_once_an_enquiry TO record_once_an_enquiry;
DO $$
DECLARE part regclass;
BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'verification_record'::regclass LOOP
    EXECUTE format('ALTER TABLE %s RENAME TO %I', part, replace(part::text, 'verification_answer', 'verification_record'));
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION aid_open_month(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first date := date_trunc('month', day)::date;
  parent text;
  part text;
BEGIN
  IF to_regclass('verification_record_' || to_char(first, 'YYYY_MM')) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('aid_open_month'));
  FOREACH parent IN ARRAY ARRAY['verification_enquiry', 'verification_record'] LOOP
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

# Requests that were there before had their enquiries drawn in one go, unless two nights were planned side by side.
FIRST = """
DO $$ BEGIN
  IF EXISTS (
    SELECT 1 FROM verification_request q
      JOIN (SELECT request_id, max(id) - min(id) + 1 AS wide FROM verification_enquiry GROUP BY request_id) e ON e.request_id = q.id
    WHERE e.wide <> q.people
  ) THEN
    RAISE EXCEPTION 'nights planned side by side before this version cannot be carried over: begin with an empty database';
  END IF;
END $$;
ALTER TABLE verification_request DISABLE TRIGGER aid_request_moves;
UPDATE verification_request q SET first_enquiry = e.first
FROM (SELECT request_id, min(id) AS first FROM verification_enquiry GROUP BY request_id) e WHERE e.request_id = q.id;
ALTER TABLE verification_request ENABLE TRIGGER aid_request_moves;
"""

ANSWERS = """
-- Of whom a file says that there is no record: a bit for each place of its request.
CREATE TABLE verification_silence (
  exchange_id uuid PRIMARY KEY REFERENCES verification_exchange (id),
  places bit varying NOT NULL
);
SELECT aid_append_only('verification_silence');

CREATE FUNCTION aid_silence_was_asked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM verification_exchange x JOIN verification_request q ON q.id = x.request_id
    WHERE x.id = NEW.exchange_id AND x.direction = 'in' AND x.fate = 'taken' AND length(NEW.places) = q.people
  ) THEN
    RAISE EXCEPTION 'an answer stands in a file taken for the request of its enquiry' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM 1 FROM verification_exchange x JOIN verification_request q ON q.id = x.request_id
    WHERE x.id = NEW.exchange_id FOR UPDATE OF q;
  IF EXISTS (
    SELECT 1 FROM verification_exchange x JOIN verification_exchange o ON o.request_id = x.request_id AND o.id <> x.id
      JOIN verification_silence s ON s.exchange_id = o.id
    WHERE x.id = NEW.exchange_id AND bit_count(s.places & NEW.places) > 0
  ) OR EXISTS (
    SELECT 1 FROM verification_exchange x JOIN verification_request q ON q.id = x.request_id
      JOIN verification_run r ON r.id = q.run_id
      JOIN verification_record c ON c."on" = r."on" AND c.enquiry_id >= q.first_enquiry
        AND c.enquiry_id < q.first_enquiry + q.people
    WHERE x.id = NEW.exchange_id AND get_bit(NEW.places, (c.enquiry_id - q.first_enquiry)::integer) = 1
  ) THEN
    RAISE EXCEPTION 'an enquiry is answered once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_silence_was_asked AFTER INSERT ON verification_silence
  FOR EACH ROW EXECUTE FUNCTION aid_silence_was_asked();

-- The one answer an enquiry has at most: its record, or its bit.
CREATE VIEW verification_answer AS
  SELECT e.id AS enquiry_id, e."on", e.request_id, e.person_id, e.source, coalesce(r.outcome, 'not_found') AS outcome,
    coalesce(r."values", '{}') AS "values", x.id AS exchange_id, coalesce(r.line, 0) AS line, x.at AS received_at
  FROM verification_enquiry e
    JOIN verification_request q ON q.id = e.request_id
    JOIN verification_exchange x ON x.request_id = q.id AND x.direction = 'in' AND x.fate = 'taken'
    LEFT JOIN verification_silence s ON s.exchange_id = x.id
    LEFT JOIN verification_record r ON r.enquiry_id = e.id AND r."on" = e."on" AND r.exchange_id = x.id
  WHERE r.enquiry_id IS NOT NULL OR get_bit(s.places, (e.id - q.first_enquiry)::integer) = 1;
DO $$ BEGIN
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON verification_answer FROM %I', (SELECT app_role FROM accounts_deployment));
END $$;
"""

GUARDS = """
DO $$
DECLARE app text := (SELECT app_role FROM accounts_deployment);
BEGIN
  EXECUTE format('GRANT UPDATE (roll) ON verification_request TO %I', app);
  EXECUTE format('GRANT UPDATE (consequence, said) ON verification_finding TO %I', app);
END $$;

CREATE OR REPLACE FUNCTION aid_enquiry_is_authorised() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT run_id, request_id, source, "on", min(id) AS first, max(id) AS last FROM added GROUP BY 1, 2, 3, 4) a
      LEFT JOIN verification_request q ON q.id = a.request_id AND q.run_id = a.run_id AND q.source = a.source
        AND a.first >= q.first_enquiry AND a.last < q.first_enquiry + q.people
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

-- No enquiry is looked up: a request is whole before it leaves, and its enquiries are all of its stretch.
DROP TRIGGER aid_answer_was_asked ON verification_record;
DROP FUNCTION aid_answer_was_asked();
CREATE FUNCTION aid_record_was_asked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT exchange_id, "on", min(enquiry_id) AS first, max(enquiry_id) AS last FROM added GROUP BY 1, 2) a
      LEFT JOIN verification_exchange x ON x.id = a.exchange_id AND x.direction = 'in' AND x.fate = 'taken'
      LEFT JOIN verification_request q ON q.id = x.request_id
      LEFT JOIN verification_run r ON r.id = q.run_id
    WHERE NOT coalesce(r."on" = a."on" AND a.first >= q.first_enquiry AND a.last < q.first_enquiry + q.people, false)
  ) THEN
    RAISE EXCEPTION 'an answer stands in a file taken for the request of its enquiry' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM 1 FROM (SELECT DISTINCT exchange_id FROM added) a JOIN verification_exchange x ON x.id = a.exchange_id
    JOIN verification_request q ON q.id = x.request_id FOR UPDATE OF q;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT exchange_id FROM added) f JOIN verification_exchange x ON x.id = f.exchange_id
      JOIN verification_request q ON q.id = x.request_id JOIN verification_exchange o ON o.request_id = q.id
      JOIN verification_silence s ON s.exchange_id = o.id JOIN added a ON a.exchange_id = f.exchange_id
    WHERE get_bit(s.places, (a.enquiry_id - q.first_enquiry)::integer) = 1
  ) THEN
    RAISE EXCEPTION 'an enquiry is answered once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER aid_record_was_asked AFTER INSERT ON verification_record REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION aid_record_was_asked();

-- What is answered stays answered; a count says what the answers say; what leaves is whole.
CREATE OR REPLACE FUNCTION aid_request_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  day date;
  silent bit varying;
  bits bigint;
  records bigint;
  twice bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'planned' OR NEW.answered <> 0 OR NEW.left_out <> 0 THEN
      RAISE EXCEPTION 'a request begins as planned' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.first_enquiry < 1099511627776 OR NEW.first_enquiry % 1048576 <> 0 OR NEW.people > 1048576 THEN
      RAISE EXCEPTION 'a request has a stretch of its own' USING ERRCODE = 'check_violation';
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
  IF NEW.answered = OLD.answered AND (OLD.state <> 'planned' OR NEW.state = 'planned') THEN
    RETURN NEW;
  END IF;
  SELECT "on" INTO day FROM verification_run WHERE id = NEW.run_id;
  IF OLD.state = 'planned' AND NEW.state <> 'planned' AND NEW.people <> (
      SELECT count(*) FROM verification_enquiry
      WHERE "on" = day AND id >= NEW.first_enquiry AND id < NEW.first_enquiry + NEW.people) THEN
    RAISE EXCEPTION 'a request asks about everybody in it' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.answered = OLD.answered THEN
    RETURN NEW;
  END IF;
  SELECT bit_or(s.places), coalesce(sum(bit_count(s.places)), 0) INTO silent, bits
    FROM verification_silence s JOIN verification_exchange x ON x.id = s.exchange_id WHERE x.request_id = NEW.id;
  SELECT count(*), count(*) FILTER (WHERE get_bit(silent, (enquiry_id - NEW.first_enquiry)::integer) = 1) INTO records, twice
    FROM verification_record
    WHERE "on" = day AND enquiry_id >= NEW.first_enquiry AND enquiry_id < NEW.first_enquiry + NEW.people;
  IF twice > 0 OR bits <> coalesce(bit_count(silent), 0) THEN
    RAISE EXCEPTION 'an enquiry is answered once' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.answered <> records + bits THEN
    RAISE EXCEPTION 'a request counts its answers' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- A finding is told its consequence once.
CREATE FUNCTION aid_finding_is_judged_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.consequence <> '{}' THEN
    RAISE EXCEPTION 'what the rules made of a finding stands' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER aid_finding_is_judged_once BEFORE UPDATE OF consequence, said ON verification_finding FOR EACH ROW
  WHEN (OLD.consequence IS DISTINCT FROM NEW.consequence OR OLD.said IS DISTINCT FROM NEW.said)
  EXECUTE FUNCTION aid_finding_is_judged_once();

-- Those not judged yet, and those a night may clear: few of all that ever were.
CREATE INDEX finding_unjudged ON verification_finding (enquiry_id) WHERE consequence = '{}';
CREATE INDEX finding_open_by_source ON verification_finding (source, person_id) WHERE state IN ('open', 'explained');
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0003_pushed_people_are_visited_once")]
    operations = [
        migrations.RunSQL(STRETCHES, migrations.RunSQL.noop),
        migrations.CreateModel(
            "Record",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "enquiry_id", "on", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("enquiry_id", models.BigIntegerField()),
                ("on", models.DateField()),
                ("outcome", models.CharField(choices=[("found", "有记录"), ("not_found", "无记录")], max_length=9)),
                ("values", models.JSONField()),
                ("line", models.IntegerField()),
            ],
            {"managed": False, "default_permissions": (), "ordering": ["enquiry_id"]},
        ),
        migrations.CreateModel(
            "Silence",
            [
                (
                    "exchange",
                    models.OneToOneField(
                        "verification.Exchange",
                        on_delete=models.DO_NOTHING,
                        primary_key=True,
                        db_constraint=False,
                        related_name="+",
                        serialize=False,
                    ),
                ),
                ("places", models.TextField()),
            ],
            {"managed": False, "default_permissions": ()},
        ),
        migrations.AddField("request", "roll", models.BinaryField(null=True)),
        migrations.AddField("request", "first_enquiry", models.BigIntegerField(null=True)),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.AlterField("request", "first_enquiry", models.BigIntegerField(unique=True)),
        migrations.RunSQL(ANSWERS + GUARDS, migrations.RunSQL.noop),
    ]
