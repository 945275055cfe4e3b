-- The walk that a target is on, or the next one.
SELECT key, rereads, after_member
  FROM push_sweeps
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = CAST(:target_id AS uuid)
   AND finished_at IS NULL
 ORDER BY created_at, key
 LIMIT 1
