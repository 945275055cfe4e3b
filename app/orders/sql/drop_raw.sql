-- Takes the raw bytes from some events that were received before an instant, or are settled.
UPDATE order_events
   SET raw = NULL, headers = NULL
  FROM (SELECT member_id, event_key
          FROM order_events
         WHERE raw IS NOT NULL
           AND program_id = CAST(:program_id AS uuid)
           AND (received_at < CAST(:before AS timestamptz) OR outcome <> 'quarantined')
         ORDER BY received_at
         LIMIT CAST(:number AS integer)) AS old
 WHERE order_events.member_id = old.member_id
   AND order_events.event_key = old.event_key
   AND order_events.program_id = CAST(:program_id AS uuid)
