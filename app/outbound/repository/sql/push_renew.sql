-- Renews the lease and locks the target until the transaction ends.
-- Contract: no row when the term is over.
UPDATE push_targets
   SET lease_until = CAST(:until AS timestamptz)
 WHERE id = CAST(:id AS uuid) AND term = CAST(:term AS bigint)
RETURNING feed_seq, coalesce(ready_at <= CAST(:at AS timestamptz), true) AS ready, failures
