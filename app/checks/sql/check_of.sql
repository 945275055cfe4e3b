-- One check with its progress so far.
SELECT c.id, c.state, c.occasion, c.as_of, c.version, c.scheduled, c.dry_run, c.force, c.reason,
       c.author, c.members_total, s.members AS members_done, s.up AS moves_up, s.down AS moves_down,
       c.created_at, c.started_at, c.finished_at, c.error
  FROM checks c
 CROSS JOIN LATERAL (SELECT coalesce(sum(members_done), 0) AS members,
                            coalesce(sum(moves_up), 0) AS up, coalesce(sum(moves_down), 0) AS down
                       FROM check_slices WHERE check_id = c.id) s
 WHERE c.program_id = CAST(:program_id AS uuid) AND c.id = CAST(:id AS uuid)
   AND c.occasion <> 'audit'
