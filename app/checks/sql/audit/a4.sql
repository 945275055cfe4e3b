-- A4: the changes of a member are numbered 1, 2, 3 …
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, member_id
          FROM changes
         WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
         GROUP BY program_id, member_id
        HAVING min(seq) <> 1 OR max(seq) <> count(*)) AS bad
 GROUP BY program_id
