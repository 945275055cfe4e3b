-- The points that a member has earned on days since one, by order; null is for activities.
SELECT e.day, e.order_key, CAST(sum(e.points) AS bigint) AS points
  FROM points_entries e
 WHERE e.program_id = CAST(:program_id AS uuid)
   AND e.member_id = CAST(:member_id AS uuid)
   AND e.kind = 'earned'
   AND e.day >= CAST(:since AS date)
 GROUP BY e.day, e.order_key
HAVING sum(e.points) <> 0
 ORDER BY e.day, e.order_key
