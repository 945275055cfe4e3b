-- A part of the work has failed; others come first until then.
UPDATE remaps
   SET attempts = attempts + 1, retry_at = CAST(:retry_at AS timestamptz)
 WHERE program_id = CAST(:program_id AS uuid)
   AND source = CAST(:source AS text)
