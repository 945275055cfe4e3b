-- How many orders these members have; of who has none, no row.
SELECT member_id, count(*) AS number
  FROM orders
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:member_ids AS uuid[]))
 GROUP BY member_id
