-- The targets of a program, the oldest first; one of them, or those behind a place in that order.
SELECT id, program_id, platform, url, ladder, mapping, sealed, per_second, enabled, description,
       version, created_at, updated_at, ready_at, failures, error, error_at
  FROM push_targets
 WHERE program_id = CAST(:program_id AS uuid)
   AND deleted_at IS NULL
   AND (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid))
   AND (CAST(:after_at AS timestamptz) IS NULL
        OR (created_at, id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
 ORDER BY created_at, id
 LIMIT CAST(:most AS integer)
