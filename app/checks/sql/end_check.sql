-- Ends an unfinished check as cancelled or failed.
UPDATE checks c
   SET state = CAST(:state AS text), error = CAST(:error AS text), finished_at = CAST(:at AS timestamptz),
       members_done = done.members, moves_up = done.up, moves_down = done.down
  FROM (SELECT coalesce(sum(members_done), 0) AS members, coalesce(sum(moves_up), 0) AS up,
               coalesce(sum(moves_down), 0) AS down
          FROM check_slices WHERE check_id = CAST(:id AS uuid)) AS done
 WHERE c.id = CAST(:id AS uuid) AND c.program_id = CAST(:program_id AS uuid)
   AND c.state IN ('queued', 'running')
RETURNING c.occasion, c.started_at
