-- What the ledger holds as earned with these orders, by member and day.
SELECT member_id, order_key, day, CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
   AND kind = 'earned'
 GROUP BY member_id, order_key, day
