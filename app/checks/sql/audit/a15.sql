-- A15: no refund waits for an order that is there.
SELECT program_id, count(*) AS violations
  FROM (SELECT program_id, order_key FROM order_events WHERE outcome = 'waiting'
        INTERSECT
        SELECT program_id, order_key FROM orders WHERE version IS NOT NULL) AS bad
 WHERE (CAST(:program_id AS uuid) IS NULL OR program_id = CAST(:program_id AS uuid))
 GROUP BY program_id
