-- A3: the points of a day are its earned lines of the ledger.
SELECT program_id, count(*) AS violations
  FROM (SELECT coalesce(d.program_id, p.program_id) AS program_id
          FROM day_totals d
          FULL JOIN (SELECT member_id, program_id, day, sum(points) AS points
                       FROM points_entries
                      WHERE kind = 'earned'
                      GROUP BY member_id, program_id, day) AS p USING (member_id, day)
         WHERE coalesce(d.points, 0) <> coalesce(p.points, 0)) AS bad
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
