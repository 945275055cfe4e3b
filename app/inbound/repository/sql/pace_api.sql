-- No request to a source's shop before an instant.
UPDATE source_apis
   SET next_at = GREATEST(next_at, CAST(:next_at AS timestamptz))
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
