-- How a source's shop is asked from now on; what failed before is forgotten.
INSERT INTO source_apis (source_id, program_id, url, sealed, every_minutes, pause_ms, set_at, next_at)
VALUES (CAST(:source_id AS uuid), CAST(:program_id AS uuid), CAST(:url AS text),
        CAST(:sealed AS bytea), CAST(:every_minutes AS integer), CAST(:pause_ms AS integer),
        CAST(:at AS timestamptz), CAST(:at AS timestamptz))
ON CONFLICT (source_id) DO UPDATE
   SET url = excluded.url,
       sealed = excluded.sealed,
       every_minutes = excluded.every_minutes,
       pause_ms = excluded.pause_ms,
       set_at = excluded.set_at,
       next_at = excluded.next_at,
       error = NULL,
       failed_at = NULL
