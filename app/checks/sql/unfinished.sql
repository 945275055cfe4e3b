-- The check of a program that has not ended.
SELECT id FROM checks
 WHERE program_id = CAST(:program_id AS uuid) AND state IN ('queued', 'running')
   AND occasion <> 'audit'
