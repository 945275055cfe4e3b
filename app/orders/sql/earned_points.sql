-- What the ledger holds of these orders, by member, day and kind.
SELECT member_id, order_key, day, kind, CAST(sum(points) AS bigint) AS points
  FROM points_entries
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
 GROUP BY member_id, order_key, day, kind
