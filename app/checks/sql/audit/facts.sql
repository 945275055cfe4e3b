-- The facts of orders, wherever they were filed.
SELECT order_key, event_key, event_id, source, type, occurred_at, received_at, content_hash, parsed,
       version
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid) AND order_key = ANY (CAST(:order_keys AS uuid[]))
   AND outcome <> 'quarantined'
