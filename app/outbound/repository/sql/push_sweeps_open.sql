-- Of each target the walk that it is on.
SELECT DISTINCT ON (target_id) target_id, occasion, members_done, created_at
  FROM push_sweeps
 WHERE program_id = CAST(:program_id AS uuid)
   AND target_id = ANY (CAST(:target_ids AS uuid[]))
   AND finished_at IS NULL
 ORDER BY target_id, created_at, key
