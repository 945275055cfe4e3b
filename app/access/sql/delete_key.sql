-- Ends a key of a program.
DELETE FROM api_keys
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS text)
