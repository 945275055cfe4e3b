-- Events in quarantine that were received until an instant, the oldest first, behind a place.
SELECT event_key, received_at, source, reason, raw IS NOT NULL AS has_raw
  FROM order_events
 WHERE program_id = CAST(:program_id AS uuid)
   AND outcome IN ('quarantined', 'waiting')
   AND outcome = 'quarantined'
   AND (received_at, event_key) > (CAST(:after_at AS timestamptz), CAST(:after_key AS uuid))
   AND received_at <= CAST(:until AS timestamptz)
 ORDER BY received_at, event_key
 LIMIT CAST(:number AS integer)
