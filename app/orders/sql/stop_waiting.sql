-- The refunds that waited for these orders have found them.
UPDATE order_events
   SET outcome = 'accepted'
 WHERE program_id = CAST(:program_id AS uuid)
   AND order_key = ANY (CAST(:order_keys AS uuid[]))
   AND outcome = 'waiting'
