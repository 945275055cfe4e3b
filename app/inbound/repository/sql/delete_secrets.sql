-- Ends the secrets of a source.
DELETE FROM source_secrets
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
