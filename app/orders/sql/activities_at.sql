-- The activities whose points stand with these members.
SELECT member_id, customer_id, activity_id, day, kind, min(reason) AS reason,
       CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
   AND customer_id IS NOT NULL
 GROUP BY member_id, customer_id, activity_id, day, kind
HAVING sum(points) <> 0
