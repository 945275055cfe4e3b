-- The points that these members have earned otherwise than by orders, by day.
SELECT member_id, day, CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND kind = 'earned'
   AND order_key IS NULL
 GROUP BY member_id, day
