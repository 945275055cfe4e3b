-- A running check all of whose slices are done.
SELECT c.id, c.program_id, c.as_of, c.version, c.scheduled AND NOT c.dry_run AS moves_checked_on,
       c.occasion, c.started_at
  FROM checks c
 WHERE c.state = 'running' AND c.occasion <> 'audit'
   AND (CAST(:check_id AS uuid) IS NULL OR c.id = CAST(:check_id AS uuid))
   AND NOT EXISTS (SELECT FROM check_slices s WHERE s.check_id = c.id AND s.state <> 'done')
 ORDER BY c.created_at, c.id
 LIMIT 1
