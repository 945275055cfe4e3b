-- A page of a poll under a lease.
UPDATE polls
   SET holder = CAST(:holder AS uuid),
       lease_until = CAST(:lease_until AS timestamptz),
       until_at = CAST(:until_at AS timestamptz),
       attempts = attempts + 1
 WHERE program_id = CAST(:program_id AS uuid) AND source_id = CAST(:source_id AS uuid)
