-- The activities of these customers, wherever their points stand.
SELECT member_id, customer_id, activity_id, day, kind, min(reason) AS reason,
       CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND customer_id = ANY (CAST(:customers AS uuid[]))
 GROUP BY member_id, customer_id, activity_id, day, kind
HAVING sum(points) <> 0
