-- The shop has answered.
UPDATE push_targets SET failures = 0, ready_at = NULL
 WHERE id = CAST(:id AS uuid) AND term = CAST(:term AS bigint)
