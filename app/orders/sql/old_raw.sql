-- The programs that have raw bytes of events received before an instant.
SELECT DISTINCT program_id
  FROM order_events
 WHERE raw IS NOT NULL
   AND received_at < CAST(:before AS timestamptz)
 ORDER BY program_id
