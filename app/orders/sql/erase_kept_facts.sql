-- The facts of these orders, wherever they are filed.
SELECT order_key, member_id, event_key, version, parsed
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
