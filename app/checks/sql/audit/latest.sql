-- The last audit of a program that ended.
SELECT id, as_of, version, started_at, finished_at, members_total, result
  FROM checks
 WHERE program_id = CAST(:program_id AS uuid) AND occasion = 'audit' AND state = 'finished'
 ORDER BY finished_at DESC
 LIMIT 1
