-- Functions for tables that others write too: programs without the library, people with psql.
-- Where the library alone writes, none of this is needed.
--
-- Flyway runs this file before each migration where spring.flyway.locations has classpath:META-INF/coalestra/postgresql
-- beside the application's own location; it may as well be copied into a migration. It can be run any number of times.
-- The triggers are the application's own to create, in a migration, for the tables that need them:
--
--   CREATE TRIGGER account_version BEFORE UPDATE ON account
--     FOR EACH ROW EXECUTE FUNCTION coalestra_next_version('version');
--
--   CREATE TRIGGER account_notice AFTER INSERT OR UPDATE OR DELETE ON account
--     FOR EACH ROW WHEN (current_setting('coalestra.writer', true) IS NULL)
--     EXECUTE FUNCTION coalestra_notice('coalestra_collections', 'account', 'id');

-- Moves the version of a row forward where its writer did not. The argument names the column: a bigint, integer or
-- smallint, or a timestamptz. The library moves it by itself, and is left alone.
CREATE OR REPLACE FUNCTION coalestra_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  version_column text := TG_ARGV[0];
  old_version text := to_jsonb(OLD) ->> version_column;
  new_version jsonb;
BEGIN
  IF old_version IS NULL OR old_version IS DISTINCT FROM to_jsonb(NEW) ->> version_column THEN
    RETURN NEW;
  END IF;
  IF old_version ~ '^-?[0-9]+$' THEN
    new_version := to_jsonb(old_version::bigint + 1);
  ELSE
    new_version := to_jsonb(greatest(clock_timestamp(), old_version::timestamptz + interval '1 microsecond'));
  END IF;
  RETURN jsonb_populate_record(NEW, jsonb_build_object(version_column, new_version));
END
$$;

-- Tells the library's nodes of a row that was written, as they tell each other, at commit; of both keys where the key was
-- changed. The arguments: the channel, the collection, then the key columns in the order in which the table is declared to
-- the library. A key whose columns are of other types than integers, text, boolean, uuid, date and enumerations makes the
-- nodes doubt all that they hold.
--
-- The nodes' own writes are told by themselves: let their connections say SET coalestra.writer = 'node'
-- (spring.datasource.hikari.connection-init-sql), so that the trigger's WHEN leaves them out.
CREATE OR REPLACE FUNCTION coalestra_notice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key_columns text[] := TG_ARGV[2:];
  written jsonb[] := ARRAY[]::jsonb[];
  one jsonb;
  exact boolean;
  key text;
  line text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    written := written || to_jsonb(OLD);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    written := written || to_jsonb(NEW);
  END IF;
  SELECT count(*) = cardinality(key_columns) AND bool_and(t.typtype = 'e' OR t.oid IN ('int2'::regtype, 'int4'::regtype,
        'int8'::regtype, 'text'::regtype, 'varchar'::regtype, 'bool'::regtype, 'uuid'::regtype, 'date'::regtype))
    INTO exact
    FROM unnest(key_columns) AS k(name)
    JOIN pg_attribute a ON a.attrelid = TG_RELID AND a.attname = k.name
    JOIN pg_type t ON t.oid = a.atttypid;
  -- Equal notices of one transaction are sent once.
  FOREACH one IN ARRAY written LOOP
    SELECT string_agg(replace(replace(one ->> k.name, '%', '%25'), ',', '%2C'), ',' ORDER BY k.place)
      INTO key
      FROM unnest(key_columns) WITH ORDINALITY AS k(name, place);
    line := replace(replace(replace(TG_ARGV[1], '%', '%25'), E'\n', '%0A'), ' ', '%20') || ' '
      || replace(replace(replace(key, '%', '%25'), E'\n', '%0A'), ' ', '%20');
    IF exact IS NOT TRUE OR line IS NULL OR octet_length(line) > 7800 THEN
      line := '?';
    END IF;
    PERFORM pg_notify(TG_ARGV[0], '1 trigger' || E'\n' || line);
  END LOOP;
  RETURN NULL;
END
$$;
