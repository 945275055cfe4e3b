-- A9: the slices of a check join without gap or overlap; a finished check has finished them all.
SELECT program_id, count(*) AS violations
  FROM (SELECT c.program_id, c.state AS whole, c.members_done, s.state, s.after_member,
               lag(s.through_member) OVER slices AS reached,
               sum(s.members_done) OVER (PARTITION BY s.check_id) AS done
          FROM check_slices s
          JOIN checks c ON c.id = s.check_id
        WINDOW slices AS (PARTITION BY s.check_id ORDER BY s.slice)) AS joined
 WHERE (reached IS NOT NULL AND after_member <> reached
        OR whole = 'finished' AND (state <> 'done' OR members_done <> done))
   AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
