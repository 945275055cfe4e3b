-- The secrets of a source, the newest at place 0.
INSERT INTO source_secrets (
       id, source_id, program_id, place, sealed, created_at, last_used_at)
SELECT new.id, CAST(:source_id AS uuid), CAST(:program_id AS uuid), new.place - 1, new.sealed,
       new.created_at, new.last_used_at
  FROM unnest(CAST(:ids AS uuid[]), CAST(:sealed AS bytea[]),
              CAST(:created_ats AS timestamptz[]), CAST(:last_used_ats AS timestamptz[]))
       WITH ORDINALITY AS new (id, sealed, created_at, last_used_at, place)
