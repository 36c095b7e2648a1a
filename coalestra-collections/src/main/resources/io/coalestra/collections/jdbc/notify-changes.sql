-- Tells collections of rows that other programs write, through the same channel as PostgresNotices.
-- Copy it into a migration; nothing runs it for you.
--
-- One trigger a table. Its arguments: the channel, the name of the collection, and the key columns in their order:
--
--   CREATE TRIGGER account_notify AFTER INSERT OR UPDATE OR DELETE ON account
--     FOR EACH ROW EXECUTE FUNCTION coalestra_notify('coalestra_collections', 'account', 'id');
--
-- Key columns may be of whole numbers, texts, enumerations, booleans, UUIDs and dates. A notice is sent when the
-- transaction commits; equal ones of one transaction are sent once.
CREATE OR REPLACE FUNCTION coalestra_notify() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb[] := ARRAY[]::jsonb[];
  one jsonb;
  name text;
  part text;
  key_text text;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    changed := changed || to_jsonb(NEW);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    changed := changed || to_jsonb(OLD);
  END IF;
  FOREACH one IN ARRAY changed LOOP
    key_text := NULL;
    FOR i IN 2 .. TG_NARGS - 1 LOOP
      part := replace(replace(one ->> TG_ARGV[i], '%', '%25'), ',', '%2C');
      key_text := CASE WHEN key_text IS NULL THEN part ELSE key_text || ',' || part END;
    END LOOP;
    name := replace(replace(replace(TG_ARGV[1], '%', '%25'), chr(10), '%0A'), ' ', '%20');
    key_text := replace(replace(replace(key_text, '%', '%25'), chr(10), '%0A'), ' ', '%20');
    IF octet_length(name) + octet_length(key_text) > 7900 THEN
      PERFORM pg_notify(TG_ARGV[0], '1 -' || chr(10) || '?');
    ELSE
      PERFORM pg_notify(TG_ARGV[0], '1 -' || chr(10) || name || ' ' || key_text);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
