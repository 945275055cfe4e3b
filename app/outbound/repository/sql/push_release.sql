-- Lets another worker take the target, not sooner than the shop may be asked again.
UPDATE push_targets
   SET holder = NULL, lease_until = NULL,
       ready_at = greatest(ready_at, CAST(:ready_at AS timestamptz))
 WHERE id = CAST(:id AS uuid) AND term = CAST(:term AS bigint)
