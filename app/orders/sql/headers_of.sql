-- The headers that events were delivered with.
SELECT headers
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND member_id = ANY (CAST(:keys AS uuid[]))
   AND event_key = ANY (CAST(:keys AS uuid[]))
   AND headers IS NOT NULL
