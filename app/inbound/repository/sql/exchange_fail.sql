-- Counts a failure that is no fault of the file; it is tried again after a pause, or given up.
UPDATE exchange_files
   SET attempts = attempts + 1, held_until = CAST(:until AS timestamptz),
       state = CASE WHEN attempts + 1 < CAST(:most AS integer) THEN state ELSE 'failed' END
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
   AND claims = CAST(:claims AS integer)
