-- Ends a locked target: its credentials are forgotten now, its pushes by and by.
UPDATE push_targets
   SET deleted_at = CAST(:at AS timestamptz), sealed = '', term = term + 1, holder = NULL,
       lease_until = NULL, ready_at = NULL
 WHERE program_id = CAST(:program_id AS uuid) AND id = CAST(:id AS uuid)
