-- Has changes behind a number, up to another, delivered again.
UPDATE endpoints
   SET replay_after = CAST(:after AS bigint), replay_through = CAST(:through AS bigint)
 WHERE program_id = CAST(:program_id AS uuid)
   AND id = CAST(:id AS uuid)
