-- A8: at most one move for each check, member and ladder.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, member_id
          FROM changes
         WHERE check_id IS NOT NULL AND direction IS NOT NULL AND (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
         GROUP BY program_id, member_id, ladder, check_id
        HAVING count(*) > 1) AS bad
 GROUP BY program_id
