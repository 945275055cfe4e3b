-- Asks for the orders of a source to be read by its newest map, and locks out other edits of it.
INSERT INTO remaps (program_id, source, owes_check, attempts, retry_at)
VALUES (CAST(:program_id AS uuid), CAST(:source AS text), false, 0, CAST(:at AS timestamptz))
ON CONFLICT (program_id, source) DO UPDATE SET attempts = 0, retry_at = EXCLUDED.retry_at
