-- What these members hold of lines that follow from no fact, by kind and day.
SELECT member_id, kind, day, level_key, CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND order_key IS NULL
   AND activity_id IS NULL
 GROUP BY member_id, kind, day, level_key
HAVING sum(points) <> 0
 ORDER BY member_id, kind, day, level_key
