-- Takes every open slice of a check from whoever holds it: what they write cannot commit.
UPDATE check_slices
   SET attempts = attempts + 1, holder = NULL, lease_until = NULL, retry_at = NULL
 WHERE check_id = CAST(:id AS uuid) AND state = 'queued'
